/** When to look at the repository by itself: a cron expression in local time, moved by this host's own share of the splay. */

import { createHash } from 'node:crypto'
import { CronTime } from 'cron'
import { invariant } from '../diagnostic/invariant.ts'
import type { Clock } from '../reconcile/ports.ts'

export interface ScheduleOptions {
  /** One that findScheduleFault() finds nothing wrong with. */
  readonly expression: string
  readonly splayMs: number
  readonly machineId: string
  readonly clock: Clock
  /** It must only note the tick. */
  readonly onTick: () => void
}

export interface Schedule {
  /** Splay included. */
  nextRunAt(): Date
  /** Afterwards nothing ticks any more. */
  stop(): void
}

const shortestGapMs = 30_000
/** So soon a clock that was set is noticed; a timer runs on the time since boot, however far the clock jumps meanwhile. */
const longestSleepMs = 60_000

/**
 * What is wrong with a cron expression (five fields, six with seconds, or `@hourly` and the like), as the end of a sentence:
 * `"* * * * * *" runs every 1 s: at least 30 s apart`. Undefined when nothing is.
 */
export function findScheduleFault(expression: string): string | undefined {
  const quoted = JSON.stringify(expression)
  if (!CronTime.validateCronExpression(expression).valid) {
    return `${quoted} is no cron expression: five fields (minute hour day month weekday), such as "*/5 * * * *"`
  }
  const gapMs = shortestGap(expression)
  if (gapMs === undefined) return `${quoted} never runs: a day that exists in the month`
  if (gapMs < shortestGapMs) return `${quoted} runs every ${gapMs / 1000} s: at least ${shortestGapMs / 1000} s apart`
  return undefined
}

/** However far the clock jumps, and either way: within a minute the times of the new clock count, and those left out come once. */
export function startSchedule(options: ScheduleOptions): Schedule {
  const { expression, clock, onTick } = options
  const gapMs = shortestGap(expression)
  invariant(gapMs !== undefined && gapMs >= shortestGapMs, `schedule ${JSON.stringify(expression)} was not checked`)
  const phaseMs = splayPhaseMs(options.machineId, Math.min(options.splayMs, gapMs))
  const stopping = new AbortController()
  const time = new CronTime(expression)
  const after = (moment: Date): Date => time.getNextDateFrom(moment).toJSDate()
  let next = after(clock.now())
  let delayedUntil: Date | undefined
  const tick = async (): Promise<void> => {
    delayedUntil = new Date(clock.now().getTime() + phaseMs)
    await clock.sleep(phaseMs, stopping.signal)
    delayedUntil = undefined
    if (!stopping.signal.aborted) onTick()
  }
  const follow = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await clock.sleep(Math.min(longestSleepMs, Math.max(1, next.getTime() - clock.now().getTime())), stopping.signal)
      const now = clock.now()
      const isDue = next <= now
      // also when it is not due: a clock that was set back has an earlier one
      next = after(now)
      if (isDue && !stopping.signal.aborted) void tick()
    }
  }
  void follow()
  return {
    nextRunAt: () => delayedUntil ?? new Date(next.getTime() + phaseMs),
    stop: () => stopping.abort(),
  }
}

/** The same for a machine at every start, evenly spread over many: from 0 up to, not including, the window. */
export function splayPhaseMs(machineId: string, windowMs: number): number {
  if (windowMs <= 0) return 0
  const hash = createHash('sha256').update(`rampart splay ${machineId}`).digest().readUIntBE(0, 6)
  return Math.floor((hash / 2 ** 48) * windowMs)
}

/** Undefined when the expression never comes true: the parser takes 30 February, the search for it does not. */
function shortestGap(expression: string): number | undefined {
  try {
    const time = new CronTime(expression)
    const first = time.sendAt()
    const times = [first.toMillis()]
    let last = first
    for (let tick = 0; tick < ticksFor(expression); tick++) {
      last = time.getNextDateFrom(last.toJSDate())
      times.push(last.toMillis())
      if (last.toMillis() - first.toMillis() > 86_400_000) break
    }
    return Math.min(...times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0)))
  } catch {
    return undefined
  }
}

/** Minutes are far enough apart; with seconds, more than an hour's pairs of neighbours are looked at. */
function ticksFor(expression: string): number {
  return expression.trim().split(/\s+/).length === 6 ? 130 : 1
}
