/** A program -> how long it took from its start to its end, and what it printed. */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export type CommandLine = readonly [program: string, ...args: readonly string[]]

export interface TimedRun {
  readonly durationMs: number
  readonly stdout: string
}

/** Of one program; whoever carries out rounds of them gets more. */
const usualTimeoutMs = 120_000
const maxOutputBytes = 256 * 1024 * 1024

/** @throws Error with what it wrote to standard error, when its exit code is not 0 or it takes longer than that */
export async function timeProgram([program, ...args]: CommandLine, timeoutMs = usualTimeoutMs): Promise<TimedRun> {
  const startedMs = performance.now()
  const { stdout } = await promisify(execFile)(program, args, {
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: maxOutputBytes,
  })
  return { durationMs: performance.now() - startedMs, stdout }
}
