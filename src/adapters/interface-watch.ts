/** Wakes when an interface or an address of this network namespace changes: `ip monitor` says that something did, not what. */

import type { Clock } from '../reconcile/ports.ts'
import { startBackgroundProcess } from './background-process.ts'
import { readListener } from './netlink-listener.ts'

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

export class InterfaceWatch {
  private readonly options: InterfaceWatchOptions
  private readonly settle: () => void
  private pid: number | undefined
  private changes = 0

  constructor(options: InterfaceWatchOptions) {
    this.options = options
    this.settle = debounce(options)
  }

  /** The same number as long as certainly nothing has changed; undefined while nobody can say so. */
  heard(): number | undefined {
    return countUnread(this.pid) === 0 ? this.changes : undefined
  }

  /** Watches until the signal aborts. A change that nobody saw while the watcher was down is made up for: its return counts as one. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, onFault } = this.options
    for (let starts = 0; !signal.aborted; starts++) {
      if (starts > 0) this.note()
      const watcher = await startBackgroundProcess({
        program: 'ip',
        args: ['-oneline', 'monitor', 'link', 'address'],
        onLine: () => this.note(),
      })
      this.pid = watcher.pid
      const stop = (): void => void watcher.stop()
      signal.addEventListener('abort', stop, { once: true })
      // while it started
      if (signal.aborted) stop()
      const exitCode = await watcher.ended
      this.pid = undefined
      signal.removeEventListener('abort', stop)
      if (signal.aborted) return
      onFault(`ip monitor ended with ${exitCode ?? 'no exit code'}: ${watcher.lastErrors().trim()}`)
      await clock.sleep(restartMs, signal)
    }
  }

  private note(): void {
    this.changes++
    this.settle()
  }
}

/** Bytes that the kernel has told and it has not read; undefined where it does not listen, or without /proc/net. */
function countUnread(pid: number | undefined): number | undefined {
  try {
    return readListener(pid, 'interfaces')?.unreadBytes
  } catch {
    return undefined
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
