/** How long those have waited who asked for the run that goes on. */

import type { Clock } from '../reconcile/ports.ts'

export class RequestAge {
  /** Of the oldest request that is not yet served. */
  private askedAtMs: number | undefined
  private servedSinceMs = 0
  private readonly clock: Pick<Clock, 'monotonicMs'>

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.clock = clock
  }

  ask(): void {
    this.askedAtMs ??= this.clock.monotonicMs()
  }

  /** A run begins. */
  serve(): void {
    this.servedSinceMs = this.askedAtMs ?? this.clock.monotonicMs()
    this.askedAtMs = undefined
  }

  /** Of the run that was begun last. */
  seconds(): number {
    return (this.clock.monotonicMs() - this.servedSinceMs) / 1000
  }
}
