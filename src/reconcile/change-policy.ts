/**
 * Brings another policy into the kernel so that it cannot lock anybody out for good.
 *
 *   read     what the kernel holds, unless that is known; it already holds this one: nothing to protect
 *   guard    what the change would do to this host as it is now; objections refuse it
 *   activate a first table: connections that stand become known
 *   probe    what works before
 *   arm      the whole table to return to is on the disk, and somebody watches the time, which begins with an allowance for the load
 *   apply    one transaction (of a very large table two), however long it takes within that
 *   keep     what it brings is on the disk as well
 *   confirm  its own time begins; probes hold, or a person says so (confirm-change.ts); else revert (take-back.ts)
 *   save     as last good
 *   end      connections that it denies
 */

import { type Probe, printProbe } from '../host/apply-configuration.ts'
import { type Comparison, scriptForWholeTable } from '../pipeline.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import { tryProbes } from './await-confirmation.ts'
import { confirmChange } from './confirm-change.ts'
import { accept, activate, applyAndVerify, driftOf, endDenied, findLive } from './converge.ts'
import { keepHolding } from './hold.ts'
import { judge } from './judge-change.ts'
import { loadAllowanceMs } from './load-allowance.ts'
import type { Outcome } from './outcome.ts'
import type { Hold, PendingChange, TableFile } from './ports.ts'
import { type RunContext, StageFailure } from './run-context.ts'
import { setAside } from './set-aside.ts'
import { overdue, type Reversal, takeBack } from './take-back.ts'
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
  const before = memory.enforced?.ruleset ?? live
  const change = { ...pendingChange(context, desired, before), hold }
  await context.stage('arm', () => ports.safeguard.arm(change, () => context.prepareLoad()))
  context.drift = isPriming ? [] : driftOf(context, live)
  const end =
    (await tryToApply(context, desired, { change, comparison })) ??
    (await confirmChange(context, change, { asked: probes.asked, ruleset, before }))
  const reverted = end.type === 'goes-back' ? await takeBack(context, change, end) : undefined
  if (reverted !== undefined) return reverted
  const next = end.type === 'stays' ? end.next : undefined
  const notes = [...judgement.notes, ...probes.notes]
  const outcome = await settleOn(context, desired, { changes: comparison.countChanges(), notes, hold, next })
  // it takes a while where there are many, and the state folder should know before
  await endDenied(context, live, ruleset)
  return outcome
}

interface Success {
  readonly changes: number
  readonly notes: readonly string[]
  readonly hold: Hold | undefined
  /** Where its table lies already. */
  readonly next?: TableFile | undefined
}

/** Confirmed: it is the last good one before the change is forgotten, so that no end of this process brings the old one back. */
async function settleOn(
  context: RunContext,
  desired: Wanted,
  { changes, notes, hold, next }: Success,
): Promise<Outcome> {
  await accept(context, desired, { table: desired.compilation.ruleset, next })
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

/** @param before what is enforced, not what the kernel holds: what somebody else changed does not come back */
function pendingChange(context: RunContext, desired: Wanted, before: Ruleset | undefined): Omit<PendingChange, 'hold'> {
  const { memory, settings, judgesTip } = context
  const { revision } = desired.policy
  const { ruleset } = desired.compilation
  const { apply } = settings
  const { enforced, saved } = memory
  const isNewCommit = enforced?.revision.commit !== revision.commit || revision.committedAt === undefined
  return {
    revision,
    script: () => scriptForWholeTable(ruleset),
    previous: {
      revision: enforced?.revision,
      script: () => scriptForWholeTable(before),
      file: saved?.ruleset === before && saved?.revision.commit === enforced?.revision.commit ? saved?.file : undefined,
    },
    loadMs: loadAllowanceMs([ruleset, before]),
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
  { change, comparison }: { readonly change: PendingChange; readonly comparison: Comparison },
): Promise<Reversal | undefined> {
  const { safeguard, onApplied } = context.ports
  try {
    await applyAndVerify(context, compilation.ruleset, comparison)
  } catch (error) {
    if (!(error instanceof StageFailure)) throw error
    // where the script has taken it back, the kernel does not hold it, and that is not the reason
    if (error.stage === 'verify') return (await overdue(context, change)) ?? unverified(error)
    if (error.cause.code.startsWith('nft-')) await context.stage('confirm', () => safeguard.clear())
    throw error
  }
  // how old a revision of the history is says nothing
  if (context.judgesTip) onApplied(policy.revision)
  return await overdue(context, change)
}

function unverified({ message }: StageFailure): Reversal {
  return { type: 'goes-back', reason: 'unverified', message, failing: [], blame: 'unclear' }
}
