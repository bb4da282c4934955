/** The one way to run another program to its end: a bounded time, a clean environment, no survivors. */

import { HostError } from '../reconcile/host-error.ts'
import { endGroup } from './process-group.ts'

export interface Program {
  readonly program: string
  readonly args: readonly string[]
  /** Beside PATH and LC_ALL=C, which are all that it inherits. */
  readonly env?: Readonly<Record<string, string>>
  /** A file descriptor that takes its output instead of us. */
  readonly outputTo?: number
}

export interface Task {
  /** Written to its standard input, which is then closed. Without it the program reads end of file at once. */
  readonly input?: string | Uint8Array
  /** Counts from when it gets its input. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  /** Called with its process id before it can have read any input. */
  readonly onStart?: (pid: number) => void
}

export interface Command extends Program, Task {}

/** A program that runs as far as it can without its input. When we die it reads end of file. */
export interface StartedProgram {
  /** False as soon as it is known to have ended, or could not be started. */
  isWaiting(): boolean
  /** Gives it its input, once. @throws HostError aborted */
  finish(task: Task): Promise<CommandResult>
  /** Ends it and all that it started, within two seconds. */
  stop(): Promise<void>
}

/**
 * How a command ended. `exitCode` is the program's own when `end` is `exited`, else what a shell would say: 127 `missing`
 * (no such program, or it may not be run), 124 `timed-out`, 137 `killed` (by somebody else's signal, or by us for more
 * output than 256 MiB). Then `stderr` ends in a line that says so.
 */
export interface CommandResult {
  readonly end: 'exited' | 'missing' | 'timed-out' | 'killed'
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

const maxOutputCharacters = 256 * 1024 * 1024
const graceMs = 1000

/**
 * Runs a program in a process group of its own. When the time is over or the signal aborts the whole group goes, also a
 * grandchild that holds the pipes; a terminal's Ctrl-C does not reach it. Never rejects for what the program did.
 *
 * @throws HostError aborted
 */
export async function runCommand(command: Command): Promise<CommandResult> {
  if (command.signal?.aborted) throw abortedError(command)
  return await (await startProgram(command)).finish(command)
}

/** Its first half. Never rejects either. */
export async function startProgram(start: Program): Promise<StartedProgram> {
  const { execa } = await import('execa')
  const child = execa(start.program, start.args, {
    stdin: 'pipe',
    env: commandEnvironment(start.env ?? {}),
    extendEnv: false,
    detached: true,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: maxOutputCharacters,
    // any descriptor is taken; the types know the first few
    stdout: (start.outputTo as 3 | undefined) ?? 'pipe',
  })
  // how it ended says more than that it did not read
  child.stdin.on('error', () => undefined)
  const finished = child.then((result) => result)
  const stop = (): Promise<void> => endGroup(child.pid, finished, graceMs)
  return {
    isWaiting: () => child.pid !== undefined && child.exitCode === null && child.signalCode === null,
    stop,
    async finish(task) {
      if (child.pid !== undefined) task.onStart?.(child.pid)
      if (!task.signal?.aborted) child.stdin.end(task.input ?? '')
      const stopped = await firstOf(finished, task)
      if (stopped === undefined) return describeEnd(start, await finished)
      await stop()
      if (stopped === 'aborted') throw abortedError(start)
      return result('timed-out', {}, `${start.program} did not finish within ${task.timeoutMs} ms`)
    },
  }
}

/**
 * Runs a program that has no reason to fail; gives what it printed.
 *
 * @throws HostError command-failed, aborted
 */
export async function runOrFail(command: Command): Promise<string> {
  const done = await runCommand(command)
  if (done.end === 'exited' && done.exitCode === 0) return done.stdout
  const typed = [command.program, ...command.args].join(' ')
  throw new HostError('command-failed', `${typed} failed: ${done.stderr.trim() || `exit code ${done.exitCode}`}`)
}

/** PATH with the folders of system programs, which a person's PATH often lacks, and messages in English. */
export function commandEnvironment(extra: Readonly<Record<string, string>>): Record<string, string> {
  const path = [process.env.PATH, '/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin'].filter(Boolean).join(':')
  return { PATH: path, LC_ALL: 'C', ...extra }
}

/** Undefined: the program ended by itself. Leaves neither timer nor listener behind. */
function firstOf(
  finished: Promise<unknown>,
  { signal, timeoutMs }: Task,
): Promise<'timed-out' | 'aborted' | undefined> {
  return new Promise((resolve) => {
    const settle = (why: 'timed-out' | 'aborted' | undefined) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      resolve(why)
    }
    const onAbort = () => settle('aborted')
    const timer = setTimeout(() => settle('timed-out'), timeoutMs)
    signal?.addEventListener('abort', onAbort, { once: true })
    if (signal?.aborted) onAbort()
    finished.then(
      () => settle(undefined),
      () => settle(undefined),
    )
  })
}

interface Ended {
  readonly exitCode?: number | undefined
  readonly code?: string | undefined
  readonly signal?: string | undefined
  readonly isMaxBuffer: boolean
  /** Undefined where it went into a file. */
  readonly stdout: string | undefined
  readonly stderr: string
}

function describeEnd({ program }: Program, ended: Ended): CommandResult {
  if (ended.exitCode !== undefined && !ended.isMaxBuffer) {
    return { end: 'exited', exitCode: ended.exitCode, stdout: ended.stdout ?? '', stderr: ended.stderr }
  }
  if (ended.isMaxBuffer) return result('killed', ended, `${program} printed more than 256 MiB`)
  if (ended.signal !== undefined) return result('killed', ended, `${program} was ended by ${ended.signal}`)
  return result('missing', ended, `${program} cannot be run: ${ended.code ?? 'unknown reason'}`)
}

const shellCodes = { missing: 127, 'timed-out': 124, killed: 137 }

function result(
  end: keyof typeof shellCodes,
  output: { readonly stdout?: string | undefined; readonly stderr?: string },
  reason?: string,
): CommandResult {
  const lines = [output.stderr?.trimEnd(), reason].filter((line) => line !== undefined && line !== '')
  return { end, exitCode: shellCodes[end], stdout: output.stdout ?? '', stderr: lines.join('\n') }
}

function abortedError({ program }: Program): HostError {
  return new HostError('aborted', `${program} was stopped before it ended`)
}
