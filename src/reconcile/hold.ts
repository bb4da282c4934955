/** Whether what is enforced is to stay, whatever the branch says: asked of the state folder, since commands write it too. */

import type { Hold, StateStore } from './ports.ts'
import type { RunContext } from './run-context.ts'

/** The hold that counts now; one whose time is over is ended. @throws StageFailure */
export async function findHold(context: RunContext): Promise<Hold | undefined> {
  const { store, clock } = context.ports
  const hold = await context.stage('recall', () => store.loadHold())
  const isOver = hold?.until !== undefined && hold.until <= clock.now()
  if (isOver) await context.stage('save', () => store.saveHold(undefined))
  const counts = isOver ? undefined : hold
  context.hold = counts
  return counts
}

/** @throws StageFailure */
export async function keepHolding(context: RunContext, hold: Hold): Promise<void> {
  context.hold = hold
  await context.stage('save', () => context.ports.store.saveHold(hold))
}

/** False when nothing is enforced that could be held. @throws HostError state-unwritable */
export async function beginHold(store: StateStore, hold: Hold): Promise<boolean> {
  if ((await store.loadLastGood()) === undefined) return false
  await store.saveHold(hold)
  return true
}

/** False when there is none. @throws HostError state-unwritable */
export async function endHold(store: StateStore): Promise<boolean> {
  if ((await store.loadHold()) === undefined) return false
  await store.saveHold(undefined)
  return true
}

/** `held since 2030-01-01T00:00:00.000Z until 2030-01-02T00:00:00.000Z: waiting for the new ruleset`. */
export function describeHold({ reason, at, until }: Hold): string {
  const end = until === undefined ? '' : ` until ${until.toISOString()}`
  return `held since ${at.toISOString()}${end}: ${reason}`
}

/** `kept as it is, whatever becomes of the host's interfaces: the repository does not have the commit`. */
export function describeTableOnly(why: string): string {
  return `kept as it is, whatever becomes of the host's interfaces: ${why}`
}
