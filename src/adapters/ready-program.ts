/** A program that may be started before it is needed, so that nobody waits for its start: the next task finds it waiting for its input. */

import {
  type CommandResult,
  type Program,
  runCommand,
  type StartedProgram,
  startProgram,
  type Task,
} from './command.ts'

export class ReadyProgram {
  private readonly program: Program
  private starting: Promise<StartedProgram | undefined> | undefined

  constructor(program: Program) {
    this.program = program
  }

  /** It waits for the next task, or until the signal aborts. Never rejects: a task starts one where none waits. */
  async prepare(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    void this.end()
    // also where this process may not start another one
    const starting = startProgram(this.program).catch(() => undefined)
    this.starting = starting
    signal.addEventListener('abort', () => void this.end(starting), { once: true })
    await starting
  }

  /** Carries the task out, by the one that waits or by one of its own. @throws HostError aborted */
  async run(task: Task): Promise<CommandResult> {
    const ready = await this.take()
    return ready?.isWaiting() ? await ready.finish(task) : await runCommand({ ...this.program, ...task })
  }

  /** Ends the one that waits. */
  async end(only = this.starting): Promise<void> {
    if (this.starting !== only) return
    const ready = await this.take()
    if (ready?.isWaiting()) await ready.stop()
  }

  private take(): Promise<StartedProgram | undefined> | undefined {
    const { starting } = this
    this.starting = undefined
    return starting
  }
}
