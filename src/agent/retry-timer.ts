/** A revision that was set aside without its fault is due at a time of its own, whatever the schedule says. */

import type { Memory } from '../reconcile/memory.ts'

/** A clock that went back makes any time far, and setTimeout() takes more than 24 days for none: the run plans anew. */
const longestDelayMs = 15 * 60_000

export class RetryTimer {
  private timer: NodeJS.Timeout | undefined
  private readonly retry: () => void

  constructor(retry: () => void) {
    this.retry = retry
  }

  /** In place of what was planned before. */
  plan(setAside: Memory['setAside']): void {
    this.stop()
    if (setAside === undefined || setAside === 'unread' || setAside.retryAt === undefined) return
    const leftMs = Math.max(0, setAside.retryAt.getTime() - Date.now()) + 1
    this.timer = setTimeout(this.retry, Math.min(leftMs, longestDelayMs))
    this.timer.unref()
  }

  stop(): void {
    clearTimeout(this.timer)
  }
}
