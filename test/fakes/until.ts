/** Waiting for what another part does in its own time. */

import { setTimeout as delay } from 'node:timers/promises'

/** Looks every 50 ms, for a minute and more: what is asserted is that it holds, not how soon. @throws Error with `what` when it never holds */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 1200; tries++) {
    if (await holds()) return
    await delay(50)
  }
  throw new Error(`never happened: ${what}`)
}
