/** A host failure and the stage of the run where it happened; never leaves the run. */

import type { Failure, Stage } from './outcome.ts'

export class StageFailure extends Error {
  override readonly cause: Failure
  readonly stage: Stage

  constructor(stage: Stage, cause: Failure) {
    super(cause.message)
    this.stage = stage
    this.cause = cause
  }
}
