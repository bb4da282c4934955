/** Makes a burst of calls two: the first at once, all others together when the gap is over. */

import type { Clock } from '../reconcile/ports.ts'

/** @param signal after it nothing is called any more */
export function coalesce(
  call: () => void,
  { gapMs, clock, signal }: { readonly gapMs: number; readonly clock: Clock; readonly signal: AbortSignal },
): () => void {
  let state: 'rested' | 'resting' | 'wanted' = 'rested'
  const rest = async (): Promise<void> => {
    await clock.sleep(gapMs, signal)
    const again = state === 'wanted' && !signal.aborted
    state = 'rested'
    if (again) start()
  }
  const start = (): void => {
    state = 'resting'
    call()
    void rest()
  }
  return () => {
    if (state === 'rested') start()
    else state = 'wanted'
  }
}
