/** Calls when the clock of the host has come to a moment, also when it jumps; another moment takes the place of the one before. */

/** A timer knows nothing of a clock that is set: so often is it looked at. */
const longestDelayMs = 10_000

export class Alarm {
  private timer: NodeJS.Timeout | undefined
  private readonly call: () => void

  constructor(call: () => void) {
    this.call = call
  }

  /** @param moment undefined: never */
  set(moment: Date | undefined): void {
    this.stop()
    if (moment === undefined) return
    const delayMs = Math.max(0, moment.getTime() - Date.now()) + 1
    const ring = (): void => (moment.getTime() > Date.now() ? this.set(moment) : this.call())
    this.timer = setTimeout(ring, Math.min(delayMs, longestDelayMs))
    this.timer.unref()
  }

  stop(): void {
    clearTimeout(this.timer)
  }
}
