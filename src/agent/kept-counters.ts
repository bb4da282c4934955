/** The kernel's counters, read so seldom that it costs little: nft 1.0.6 lists all rules of a table to tell its counters. */

import type { Clock, CounterValue } from '../reconcile/ports.ts'

type Counters = ReadonlyMap<string, CounterValue>
type ReadCounters = (signal: AbortSignal) => Promise<Counters>

/** Of a table of a few thousand rules they are read whenever somebody asks. */
const quickMs = 100

/** So many times as long as it took they are not read again. */
const restFactor = 50

/** What is given meanwhile is what the last reading gave, or what it threw. Those who ask at once get one reading. */
export function keepCounters(read: ReadCounters, clock: Pick<Clock, 'monotonicMs'>): ReadCounters {
  let kept: { readonly counters: Promise<Counters>; untilMs: number } | undefined
  return (signal) => {
    const startedMs = clock.monotonicMs()
    if (kept !== undefined && startedMs < kept.untilMs) return kept.counters
    const counters = read(signal)
    const reading = { counters, untilMs: Number.POSITIVE_INFINITY }
    kept = reading
    const rest = (): void => {
      const endedMs = clock.monotonicMs()
      const tookMs = endedMs - startedMs
      reading.untilMs = tookMs < quickMs ? startedMs : endedMs + restFactor * tookMs
    }
    counters.then(rest, rest)
    return counters
  }
}
