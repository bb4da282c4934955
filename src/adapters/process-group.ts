/** Ends a program together with everything it started: they share a process group, which `detached` made. */

import { setTimeout as delay } from 'node:timers/promises'

/**
 * SIGTERM, then SIGKILL to whoever is left after the grace. Resolves when `ended` does, at the latest after twice the
 * grace: a process that left the group may hold the pipes for ever, and nobody waits for it.
 */
export async function endGroup(pid: number | undefined, ended: Promise<unknown>, graceMs: number): Promise<void> {
  signalGroup(pid, 'SIGTERM')
  await atMost(ended, graceMs)
  signalGroup(pid, 'SIGKILL')
  await atMost(ended, graceMs)
}

/** Never throws; a group that is gone already is fine. */
function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // ESRCH: the last of them ended between our decision and our signal
  }
}

async function atMost(ended: Promise<unknown>, limitMs: number): Promise<void> {
  const timer = new AbortController()
  await Promise.race([ended, delay(limitMs, undefined, { signal: timer.signal }).catch(() => undefined)])
  timer.abort()
}
