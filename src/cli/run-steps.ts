/** Does work that goes from host to host: shows how far it has come, and ends when it is told to. */

import { setImmediate } from 'node:timers/promises'
import type { HostStep } from '../pipeline/host-step.ts'
import { type CommandIo, Refusal } from './command-io.ts'
import { createProgress } from './progress-bar.ts'

/** @param title as `checking hosts` @throws Refusal when it is interrupted */
export async function runSteps<Result>(
  steps: Generator<HostStep, Result>,
  title: string,
  io: CommandIo,
): Promise<Result> {
  const progress = createProgress(io, title)
  try {
    for (;;) {
      const step = steps.next()
      if (step.done === true) return step.value
      const { node, index, of } = step.value
      progress.show(index, of, node)
      // signals are heard only between two turns
      if (index % 16 === 0) await setImmediate()
      if (io.signal.aborted) throw new Refusal(`${title} was interrupted`)
    }
  } finally {
    progress.clear()
  }
}
