/** Lets others run now and then during long work that waits for nothing. */

import { setImmediate as nextTurn } from 'node:timers/promises'

const longestTurnMs = 20

/** To be awaited between the pieces of the work: it mostly returns at once. */
export function takeTurns(): () => Promise<void> {
  let sinceMs = performance.now()
  return async () => {
    if (performance.now() - sinceMs < longestTurnMs) return
    await nextTurn()
    sinceMs = performance.now()
  }
}
