/** Long work without waits, cut into slices, so that timers, sockets and the watchdog get their turn between them. */

import type { Clock } from './ports.ts'

const sliceMs = 20
/** The shortest sleep that lets go. */
const pauseMs = 1

/** Items in order; with an aborted signal the rest is left undone. */
export async function inSlices<T>(
  items: Iterable<T>,
  work: (item: T) => void,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  let startedMs = clock.monotonicMs()
  for (const item of items) {
    work(item)
    if (clock.monotonicMs() - startedMs < sliceMs) continue
    await clock.sleep(pauseMs, signal)
    if (signal.aborted) return
    startedMs = clock.monotonicMs()
  }
}
