/**
 * Listens to the kernel's changes of any ruleset through `nft monitor`: gives its lines, and says since when it listens and when
 * it does no longer.
 */

import type { Clock } from '../reconcile/ports.ts'
import { type BackgroundProcess, startBackgroundProcess } from './background-process.ts'
import { readListener } from './netlink-listener.ts'

export interface RulesetWatchOptions {
  readonly clock: Clock
  readonly onLine: (line: string) => void
  /** From now on every change is told; of what happened before nothing is known. */
  readonly onListening: () => void
  /** It ended, or had to be ended, and is started again. One line: why. */
  readonly onFault: (reason: string) => void
}

/** First it fetches the whole ruleset: 1.5 s for a set of 100,000 elements. */
const startLimitMs = 60_000
const startPollMs = 20
/** An agent at rest wakes for little else. */
const healthPollMs = 5_000
const firstRestartMs = 500
const longestRestartMs = 30_000
/** One that listened so long did not end because of how it was started. */
const soundMs = 60_000

/** Watches until the signal aborts, then nothing of it is left. */
export async function watchRuleset(options: RulesetWatchOptions, signal: AbortSignal): Promise<void> {
  const { clock, onFault } = options
  for (let restartMs = firstRestartMs; !signal.aborted; ) {
    const startedMs = clock.monotonicMs()
    const reason = await watchOnce(options, signal)
    if (signal.aborted) return
    onFault(reason)
    if (clock.monotonicMs() - startedMs > soundMs) restartMs = firstRestartMs
    await clock.sleep(restartMs, signal)
    restartMs = Math.min(restartMs * 2, longestRestartMs)
  }
}

/** Gives the reason of its end. */
async function watchOnce(options: RulesetWatchOptions, signal: AbortSignal): Promise<string> {
  const { clock, onLine } = options
  let lines = 0
  const watcher = await startBackgroundProcess({
    program: 'nft',
    args: ['-n', 'monitor'],
    onLine(line) {
      lines++
      onLine(line)
    },
  })
  const over = new AbortController()
  const stop = (): void => over.abort()
  signal.addEventListener('abort', stop, { once: true })
  void watcher.ended.then(stop)
  if (signal.aborted) stop()
  const supervision = { ...options, clock, watcher, countLines: () => lines }
  const fault = await supervise(supervision, over.signal).catch(describeError)
  signal.removeEventListener('abort', stop)
  if (fault !== undefined || signal.aborted) await watcher.stop()
  return fault ?? (await describeEnd(watcher))
}

interface Supervision extends RulesetWatchOptions {
  readonly watcher: BackgroundProcess
  readonly countLines: () => number
}

/** Undefined when it is over; else what is wrong with a watcher that still runs. */
async function supervise(options: Supervision, over: AbortSignal): Promise<string | undefined> {
  const { clock, watcher, onListening, countLines } = options
  const limitMs = clock.monotonicMs() + startLimitMs
  while (readListener(watcher.pid, 'rulesets') === undefined) {
    await clock.sleep(startPollMs, over)
    if (over.aborted) return undefined
    if (clock.monotonicMs() > limitMs) return `it did not begin to listen within ${startLimitMs / 1000} s`
  }
  onListening()
  for (let waiting = false, seen = 0; ; seen = countLines()) {
    await clock.sleep(healthPollMs, over)
    if (over.aborted) return undefined
    const listener = readListener(watcher.pid, 'rulesets')
    if (listener === undefined) return 'it does not listen any more'
    // Twice in a row something was there to read, and nothing was read in between: it is stopped, or hangs.
    const stuck = listener.unreadBytes > 0 && countLines() === seen
    if (stuck && waiting) return `it does not read: ${listener.unreadBytes} bytes wait`
    waiting = stuck
  }
}

/** Without /proc/net nobody can say whether it listens, so it counts for nothing: the caller's timer goes on alone. */
function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function describeEnd(watcher: BackgroundProcess): Promise<string> {
  const exitCode = await watcher.ended
  const said = watcher.lastErrors().trim().split('\n').at(-1) ?? ''
  return `it ended with ${exitCode === undefined ? 'a signal' : `exit code ${exitCode}`}${said === '' ? '' : `: ${said}`}`
}
