/** Wakes when an interface or an address of this network namespace changes: `ip monitor` says that something did, not what. */

import type { Clock } from '../reconcile/ports.ts'
import { startBackgroundProcess } from './background-process.ts'

export interface InterfaceWatchOptions {
  readonly clock: Clock
  /** Called after the last of several changes, `quietMs` later; where they do not end, `longestMs` after the first of them. */
  readonly onChange: () => void
  /** The watcher ended by itself; it is started again. One line: why. */
  readonly onFault: (reason: string) => void
  readonly quietMs?: number
  readonly longestMs?: number
}

const restartMs = 5_000

/** Watches until the signal aborts. A change that nobody saw while the watcher was down is made up for: its return counts as one. */
export async function watchInterfaces(options: InterfaceWatchOptions, signal: AbortSignal): Promise<void> {
  const settle = debounce(options)
  for (let starts = 0; !signal.aborted; starts++) {
    if (starts > 0) settle()
    const watcher = await startBackgroundProcess({
      program: 'ip',
      args: ['-oneline', 'monitor', 'link', 'address'],
      onLine: settle,
    })
    const stop = (): void => void watcher.stop()
    signal.addEventListener('abort', stop, { once: true })
    // while it started
    if (signal.aborted) stop()
    const exitCode = await watcher.ended
    signal.removeEventListener('abort', stop)
    if (signal.aborted) return
    options.onFault(`ip monitor ended with ${exitCode ?? 'no exit code'}: ${watcher.lastErrors().trim()}`)
    await options.clock.sleep(restartMs, signal)
  }
}

/** One call after a burst has been quiet for a while; on a host whose interfaces come and go all the time it never is. */
function debounce({ clock, onChange, quietMs = 500, longestMs = 5_000 }: InterfaceWatchOptions): () => void {
  let timer: NodeJS.Timeout | undefined
  let firstMs: number | undefined
  const call = (): void => {
    firstMs = undefined
    onChange()
  }
  return () => {
    const nowMs = clock.monotonicMs()
    firstMs ??= nowMs
    clearTimeout(timer)
    timer = setTimeout(call, Math.min(quietMs, Math.max(0, firstMs + longestMs - nowMs)))
    timer.unref()
  }
}
