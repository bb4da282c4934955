/** A change that the kernel holds: from when its time begins until it is known to stay, or why it is to go back. */

import type { Probe } from '../host/apply-configuration.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import { awaitConfirmation, type FailingProbe, printFailing, type WaitEnd } from './await-confirmation.ts'
import type { PendingChange, TableFile } from './ports.ts'
import { type RunContext, StageFailure } from './run-context.ts'
import type { Reversal } from './take-back.ts'

interface Terms {
  /** Probes that worked before. */
  readonly asked: readonly Probe[]
  /** What is in the kernel, and what was. */
  readonly ruleset: Ruleset
  readonly before: Ruleset | undefined
}

interface Stays {
  readonly type: 'stays'
  /** Where the table that it brings lies. */
  readonly next: TableFile
}

/** @throws StageFailure also when the run is to end: then the change stays armed, and goes back at its deadline */
export async function confirmChange(
  context: RunContext,
  change: PendingChange,
  terms: Terms,
): Promise<Stays | Reversal> {
  const { safeguard } = context.ports
  const kept = await keepNext(context, change)
  if (kept.type === 'goes-back') return kept
  const end = await wait(context, change, terms)
  if (end.type === 'over' || end.type === 'claimed') return reversalOf(change, end)
  if (end.type === 'confirmed') return kept
  if (await context.stage('confirm', () => safeguard.confirm())) return kept
  const standing = await context.stage('confirm', () => safeguard.standing())
  return standing === 'claimed' ? reversalOf(change, { type: 'claimed', failing: [] }) : kept
}

/** What is confirmed must outlive whoever confirms it: what cannot be kept goes back. @throws StageFailure */
async function keepNext(context: RunContext, change: PendingChange): Promise<Stays | Reversal> {
  try {
    return { type: 'stays', next: await context.stage('save', () => context.ports.safeguard.keepNext(change)) }
  } catch (error) {
    if (!(error instanceof StageFailure)) throw error
    const message = `it could not be kept: ${error.message}`
    return { type: 'goes-back', reason: 'unconfirmed', message, failing: [], blame: 'unclear' }
  }
}

async function wait(
  context: RunContext,
  { revision, previous, waitsFor, timeoutMs }: PendingChange,
  { asked, ruleset, before }: Terms,
): Promise<Exclude<WaitEnd, { type: 'stopped' }>> {
  // nothing could be learned by waiting
  if (asked.length === 0 && waitsFor === 'probes') return { type: 'held' }
  const { ports } = context
  const now = ports.clock.now()
  // before the script's, which begins to count a moment later
  const deadlineMs = ports.clock.monotonicMs() + timeoutMs
  const deadline = new Date(now.getTime() + timeoutMs).toISOString()
  await context.stage('confirm', () => ports.safeguard.startTimeout(timeoutMs))
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
    return { type: 'goes-back', reason: 'probes', message, failing, blame: 'revision' }
  }
  if (waitsFor === 'person') {
    const message = `nobody confirmed it within ${timeoutMs / 1000} s`
    return { type: 'goes-back', reason: 'unconfirmed', message, failing, blame: 'revision' }
  }
  const message = type === 'over' ? 'its probes came and went' : 'the agent did not confirm it in time'
  return {
    type: 'goes-back',
    reason: type === 'over' ? 'probes' : 'unconfirmed',
    message,
    failing,
    blame: 'unclear',
  }
}
