/** Takes a change back: the table of before is loaded whole, and the revision is remembered. */

import { type FailingProbe, tryProbes } from './await-confirmation.ts'
import type { Outcome } from './outcome.ts'
import type { PendingChange, RevertReason } from './ports.ts'
import type { RunContext } from './run-context.ts'
import { recordOf, setAside } from './set-aside.ts'

export interface Reversal {
  readonly type: 'goes-back'
  readonly reason: RevertReason
  /** One line for people. */
  readonly message: string
  readonly failing: readonly FailingProbe[]
  /** `unclear`: it may be tried again, once. What failed and goes on failing clears the revision afterwards. */
  readonly blame: 'revision' | 'unclear'
}

/** Enough for a server to answer again once its packets are let through. */
const triesAfterwards = 3
const triesPauseMs = 1_000

/** Why it goes back when somebody claimed it before it could even begin to wait; undefined when nobody did. @throws StageFailure */
export async function overdue(
  context: RunContext,
  { loadMs, timeoutMs }: PendingChange,
): Promise<Reversal | undefined> {
  const standing = await context.stage('confirm', () => context.ports.safeguard.standing())
  if (standing !== 'claimed') return undefined
  const message = `the kernel had not loaded it after ${Math.round((loadMs + timeoutMs) / 1000)} s`
  return { type: 'goes-back', reason: 'overdue', message, failing: [], blame: 'unclear' }
}

/** Undefined when somebody confirmed the change in the last moment: then it stays. @throws StageFailure */
export async function takeBack(
  context: RunContext,
  change: PendingChange,
  { reason, message, failing, blame }: Reversal,
): Promise<Outcome | undefined> {
  const { safeguard, kernel } = context.ports
  const isOurs = await context.stage('revert', () => safeguard.claim())
  const standing = isOurs ? 'claimed' : await context.stage('revert', () => safeguard.standing())
  if (standing === 'confirmed') return undefined
  // whoever claimed it: to load it twice is harmless, and the other may have died; a stop must not interrupt it
  await context.stage('revert', () => kernel.load(change.previous.script(), new AbortController().signal))
  const { revision } = change
  context.revert = { reason, commit: revision.commit, message }
  await setAside(context, await recordOf(context, revision, { cause: reason, message, blame }))
  await context.stage('revert', () => safeguard.clear())
  if (failing.length > 0 && (await failAllTheSame(context, failing))) {
    await setAside(context, await recordOf(context, revision, { cause: reason, message, blame: 'unclear' }))
  }
  return { type: 'reverted', revision, reason, message, kept: context.memory.enforced?.revision }
}

/** What fails under the old policy as well was not broken by the new one. */
async function failAllTheSame(context: RunContext, failing: readonly FailingProbe[]): Promise<boolean> {
  const { clock } = context.ports
  const probes = failing.map(({ probe }) => probe)
  for (let tries = 1; ; tries++) {
    const still = await tryProbes(context, probes, context.signal)
    if (still.length < probes.length) return false
    if (tries === triesAfterwards || context.signal.aborted) return true
    await clock.sleep(triesPauseMs, context.signal)
  }
}
