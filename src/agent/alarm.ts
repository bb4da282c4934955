/** Calls when the clock of the host has come to a moment, also when it jumps; another moment takes the place of the one before. */

import type { Clock } from '../reconcile/ports.ts'

/** So soon a clock that was set is noticed; shorter than the longest that a timer of Node's takes. */
const longestDelayMs = 10_000

export class Alarm {
  private timer: NodeJS.Timeout | undefined
  private readonly clock: Pick<Clock, 'now'>
  private readonly call: (moment: Date) => void

  constructor(clock: Pick<Clock, 'now'>, call: (moment: Date) => void) {
    this.clock = clock
    this.call = call
  }

  /** @param moment undefined: never */
  set(moment: Date | undefined): void {
    this.stop()
    if (moment === undefined) return
    const leftMs = Math.max(0, moment.getTime() - this.clock.now().getTime())
    const look = (): void => (moment <= this.clock.now() ? this.call(moment) : this.set(moment))
    this.timer = setTimeout(look, Math.min(leftMs + 1, longestDelayMs))
    this.timer.unref()
  }

  stop(): void {
    clearTimeout(this.timer)
  }
}

/** For alarms that are set again to a moment that has passed as long as nobody could act on it: to call at once each time would never end. */
export function oncePerMoment(call: () => void): (moment: Date) => void {
  let lastMs: number | undefined
  return (moment) => {
    if (moment.getTime() === lastMs) return
    lastMs = moment.getTime()
    call()
  }
}
