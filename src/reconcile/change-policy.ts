/**
 * Brings another policy into the kernel so that it cannot lock anybody out for good.
 *
 *   read     what the kernel holds, unless that is known; it already holds this one: nothing to protect
 *   guard    what the change would do to this host as it is now; objections refuse it
 *   activate a first table: connections that stand become known
 *   probe    what works before
 *   arm      the whole table to return to is on the disk, and somebody watches the time
 *   apply    one transaction
 *   confirm  probes hold, or a person says so; else revert (take-back.ts)
 *   save     as last good
 *   end      connections that it denies
 */

import { type Probe, printProbe } from '../host/apply-configuration.ts'
import { type Comparison, scriptForWholeTable } from '../pipeline.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import { awaitConfirmation, type FailingProbe, printFailing, tryProbes, type WaitEnd } from './await-confirmation.ts'
import { accept, activate, applyAndVerify, countChanges, driftOf, endDenied, findLive } from './converge.ts'
import { keepHolding } from './hold.ts'
import { judge } from './judge-change.ts'
import type { Outcome } from './outcome.ts'
import type { Hold, PendingChange } from './ports.ts'
import { type RunContext, StageFailure } from './run-context.ts'
import { setAside } from './set-aside.ts'
import { type Reversal, takeBack } from './take-back.ts'
import type { Desired, Recalled } from './take-policy.ts'

type Wanted = Desired | Recalled

/** @param hold what is to begin with the change @throws StageFailure */
export async function changePolicy(context: RunContext, desired: Wanted, hold?: Hold): Promise<Outcome> {
  const { ports, memory } = context
  const { ruleset } = desired.compilation
  const { live, isPriming } = await findLive(context)
  const comparison = context.compare(ruleset, live)
  // it was confirmed, and could not be saved
  if (comparison.isEqual) {
    context.remember({ live: ruleset })
    return await settleOn(context, desired, { changes: 0, notes: [], hold })
  }
  const judgement = await judge(context, desired, live)
  if (judgement.type === 'refused') return judgement.outcome
  if (live === undefined) await activate(context, ruleset)
  const probes = await probesThatWork(context)
  const change = { ...pendingChange(context, desired, live), hold }
  await context.stage('arm', () => ports.safeguard.arm(change))
  const deadlineMs = ports.clock.monotonicMs() + change.timeoutMs
  context.drift = isPriming ? [] : driftOf(context, live)
  const reversal =
    (await tryToApply(context, desired, comparison)) ??
    (await confirmation(context, change, {
      asked: probes.asked,
      deadlineMs,
      ruleset,
      before: memory.enforced?.ruleset ?? live,
    }))
  const reverted = reversal === undefined ? undefined : await takeBack(context, change, reversal)
  if (reverted !== undefined) return reverted
  const notes = [...judgement.notes, ...probes.notes]
  const outcome = await settleOn(context, desired, { changes: countChanges(comparison.differences()), notes, hold })
  // it takes a while where there are many, and the state folder should know before
  await endDenied(context, live, ruleset)
  return outcome
}

interface Success {
  readonly changes: number
  readonly notes: readonly string[]
  readonly hold: Hold | undefined
}

/** Confirmed: it is the last good one before the change is forgotten, so that no end of this process brings the old one back. */
async function settleOn(context: RunContext, desired: Wanted, { changes, notes, hold }: Success): Promise<Outcome> {
  await accept(context, desired, desired.compilation.ruleset)
  if (hold !== undefined) await keepHolding(context, hold)
  await setAside(context, undefined)
  await context.stage('confirm', () => context.ports.safeguard.clear())
  return { type: 'converged', revision: desired.policy.revision, changes, warnings: desired.warnings, notes }
}

/** What did not work before cannot tell whether the change broke it. @throws StageFailure when the run is to end */
async function probesThatWork(
  context: RunContext,
): Promise<{ readonly asked: readonly Probe[]; readonly notes: readonly string[] }> {
  const { probes } = context.settings.apply
  const failing = await context.stage('probe', () => tryProbes(context, probes, context.signal))
  if (context.signal.aborted) throw new StageFailure('probe', { code: 'aborted', message: 'stopped before the change' })
  const asked = probes.filter((probe) => !failing.some((one) => one.probe === probe))
  const notes = failing.map(
    ({ probe, why }) => `not asked, since it failed before the change: ${printProbe(probe)} (${why})`,
  )
  return { asked, notes }
}

/** What is enforced, not what the kernel holds: what somebody else changed does not come back. */
function pendingChange(context: RunContext, desired: Wanted, live: Ruleset | undefined): Omit<PendingChange, 'hold'> {
  const { memory, settings, judgesTip } = context
  const { revision } = desired.policy
  const { apply } = settings
  const isNewCommit = memory.enforced?.revision.commit !== revision.commit || revision.committedAt === undefined
  return {
    revision,
    script: scriptForWholeTable(desired.compilation.ruleset),
    previous: {
      revision: memory.enforced?.revision,
      script: scriptForWholeTable(memory.enforced?.ruleset ?? live),
    },
    timeoutMs: apply.confirmTimeoutMs,
    // nobody has made a change who could confirm it when the same commit is compiled by another version
    waitsFor: apply.requireConfirm && isNewCommit ? 'person' : 'probes',
    concerns: judgesTip ? 'tip' : 'other',
  }
}

/** What nft refuses whole leaves nothing to take back. Undefined when the kernel holds the new policy. @throws StageFailure */
async function tryToApply(
  context: RunContext,
  { policy, compilation }: Wanted,
  comparison: Comparison,
): Promise<Reversal | undefined> {
  const { ports } = context
  try {
    await applyAndVerify(context, compilation.ruleset, comparison)
    // how old a revision of the history is says nothing
    if (context.judgesTip) ports.onApplied(policy.revision)
    return undefined
  } catch (error) {
    if (!(error instanceof StageFailure)) throw error
    if (error.stage === 'verify') return { reason: 'unverified', message: error.message, failing: [], blame: 'unclear' }
    if (error.cause.code.startsWith('nft-')) await context.stage('confirm', () => ports.safeguard.clear())
    throw error
  }
}

interface Terms {
  /** Probes that worked before. */
  readonly asked: readonly Probe[]
  readonly deadlineMs: number
  /** What is in the kernel, and what was. */
  readonly ruleset: Ruleset
  readonly before: Ruleset | undefined
}

/**
 * Undefined when the change stays.
 * @throws StageFailure also when the run is to end: then the change stays armed, and goes back at its deadline
 */
async function confirmation(context: RunContext, change: PendingChange, terms: Terms): Promise<Reversal | undefined> {
  const { safeguard } = context.ports
  const end = await wait(context, change, terms)
  if (end.type === 'over' || end.type === 'claimed') return reversalOf(change, end)
  if (end.type === 'confirmed') return undefined
  if (await context.stage('confirm', () => safeguard.confirm())) return undefined
  const standing = await context.stage('confirm', () => safeguard.standing())
  return standing === 'claimed' ? reversalOf(change, { type: 'claimed', failing: [] }) : undefined
}

async function wait(
  context: RunContext,
  { revision, previous, waitsFor }: PendingChange,
  { asked, deadlineMs, ruleset, before }: Terms,
): Promise<Exclude<WaitEnd, { type: 'stopped' }>> {
  // nothing could be learned by waiting
  if (asked.length === 0 && waitsFor === 'probes') return { type: 'held' }
  const { ports } = context
  const now = ports.clock.now()
  const deadline = new Date(now.getTime() + deadlineMs - ports.clock.monotonicMs()).toISOString()
  const { commit, subject } = revision
  const onFailing = (failing: readonly FailingProbe[]): void =>
    ports.onPending({
      ...{ commit, subject, deadline, waitsFor },
      appliedAt: now.toISOString(),
      failing: failing.map((one) => printFailing([one])),
    })
  onFailing([])
  const end = await ports.whileWaiting({ revision, ruleset, previous, before }, () =>
    context.stage('confirm', () => awaitConfirmation(context, { asked, waitsFor, deadlineMs, onFailing })),
  )
  if (end.type === 'stopped') {
    const message = `stopped while the change waited for confirmation: unless it is confirmed it is taken back at ${deadline}`
    throw new StageFailure('confirm', { code: 'aborted', message })
  }
  ports.onPending(undefined)
  return end
}

function reversalOf(
  { timeoutMs, waitsFor }: PendingChange,
  { type, failing }: Extract<WaitEnd, { type: 'over' | 'claimed' }>,
): Reversal {
  if (failing.length > 0) {
    const message = `worked before, and went on failing: ${printFailing(failing)}`
    return { reason: 'probes', message, failing, blame: 'revision' }
  }
  if (waitsFor === 'person') {
    const message = `nobody confirmed it within ${timeoutMs / 1000} s`
    return { reason: 'unconfirmed', message, failing, blame: 'revision' }
  }
  const message = type === 'over' ? 'its probes came and went' : 'the agent did not confirm it in time'
  return { reason: type === 'over' ? 'probes' : 'unconfirmed', message, failing, blame: 'unclear' }
}
