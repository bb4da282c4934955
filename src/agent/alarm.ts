/** Calls when the clock of the host has come to a moment, also when it jumps; another moment takes the place of the one before. */

import type { Clock } from '../reconcile/ports.ts'

/** So soon a clock that was set is noticed; shorter than the longest that a timer of Node's takes. */
const longestDelayMs = 10_000

export class Alarm {
  private timer: NodeJS.Timeout | undefined
  private readonly clock: Pick<Clock, 'now'>
  private readonly call: () => void

  constructor(clock: Pick<Clock, 'now'>, call: () => void) {
    this.clock = clock
    this.call = call
  }

  /** @param moment undefined: never */
  set(moment: Date | undefined): void {
    this.stop()
    if (moment === undefined) return
    const leftMs = Math.max(0, moment.getTime() - this.clock.now().getTime())
    const look = (): void => (moment <= this.clock.now() ? this.call() : this.set(moment))
    this.timer = setTimeout(look, Math.min(leftMs + 1, longestDelayMs))
    this.timer.unref()
  }

  stop(): void {
    clearTimeout(this.timer)
  }
}
