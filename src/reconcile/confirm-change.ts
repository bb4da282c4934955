/** A change that the kernel holds: from when its time begins until it is known to stay, or why it is to go back. */

import type { Probe } from '../host/apply-configuration.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import { awaitConfirmation, type FailingProbe, printFailing, type WaitEnd } from './await-confirmation.ts'
import type { PendingChange } from './ports.ts'
import { type RunContext, StageFailure } from './run-context.ts'
import type { Reversal } from './take-back.ts'

interface Terms {
  /** Probes that worked before. */
  readonly asked: readonly Probe[]
  /** What is in the kernel, and what was. */
  readonly ruleset: Ruleset
  readonly before: Ruleset | undefined
}

/**
 * Undefined when the change stays.
 * @throws StageFailure also when the run is to end: then the change stays armed, and goes back at its deadline
 */
export async function confirmChange(
  context: RunContext,
  change: PendingChange,
  terms: Terms,
): Promise<Reversal | undefined> {
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
    return { reason: 'probes', message, failing, blame: 'revision' }
  }
  if (waitsFor === 'person') {
    const message = `nobody confirmed it within ${timeoutMs / 1000} s`
    return { reason: 'unconfirmed', message, failing, blame: 'revision' }
  }
  const message = type === 'over' ? 'its probes came and went' : 'the agent did not confirm it in time'
  return { reason: type === 'over' ? 'probes' : 'unconfirmed', message, failing, blame: 'unclear' }
}
