/** Calls when a moment has come; another moment takes the place of the one before. */

/** The longest that a timer of Node's takes: whoever is called too early looks at the clock and sets the alarm again. */
const longestDelayMs = 2 ** 31 - 1

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
    this.timer = setTimeout(this.call, Math.min(delayMs, longestDelayMs))
    this.timer.unref()
  }

  stop(): void {
    clearTimeout(this.timer)
  }
}
