/** The machine's own time. */

import type { Clock } from '../reconcile/ports.ts'

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep,
}

/** setTimeout() takes a longer delay for 1 ms (a signed 32-bit number of milliseconds). */
const longestTimeoutMs = 2 ** 31 - 1

async function sleep(delayMs: number, signal: AbortSignal): Promise<void> {
  for (let leftMs = delayMs; leftMs > 0 && !signal.aborted; leftMs -= longestTimeoutMs) {
    await sleepOnce(Math.min(leftMs, longestTimeoutMs), signal)
  }
}

function sleepOnce(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, delayMs)
    signal.addEventListener('abort', end)
  })
}
