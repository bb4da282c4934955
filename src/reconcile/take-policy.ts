/** From the tip of the branch to what this host should hold, or to the reason why it keeps what it has. */

import { type Diagnostic, hasErrors } from '../diagnostic/diagnostic.ts'
import type { HostFacts } from '../host/host-facts.ts'
import { compileResolved, type HostCompilation, viewOfHost } from '../pipeline.ts'
import { policyAt } from '../policy/expiry.ts'
import type { Revision, RevisionFiles } from '../repository/revision.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import type { ValidPolicy } from './memory.ts'
import type { Outcome } from './outcome.ts'
import { readInStages } from './read-in-stages.ts'
import type { RunContext } from './run-context.ts'
import { findSetAside } from './set-aside.ts'

export type Candidate =
  | { readonly type: 'policy'; readonly policy: ValidPolicy }
  | { readonly type: 'outcome'; readonly outcome: Outcome }

export interface Desired {
  readonly type: 'desired'
  readonly policy: ValidPolicy
  readonly compilation: HostCompilation
  readonly facts: HostFacts
  /** Of the policy and of this host. */
  readonly warnings: readonly Diagnostic[]
}

/** From the history, where only the table is left. */
export interface Recalled {
  readonly type: 'recalled'
  readonly policy: Pick<ValidPolicy, 'revision' | 'tipIsTrusted'>
  readonly compilation: { readonly ruleset: Ruleset; readonly view: undefined }
  readonly facts: HostFacts
  readonly warnings: readonly Diagnostic[]
}

export interface Fetched {
  readonly type: 'fetched'
  readonly tip: RevisionFiles
}

/** @throws StageFailure */
export async function fetchTip(context: RunContext): Promise<Fetched> {
  const { source } = context.ports
  // most news are a change, and for a large process to start a program takes as long as for nft to load a change
  const tip = await context.stage('fetch', () => source.fetch(context.signal, () => context.prepareChange()))
  context.remember({ newest: tip.revision })
  return { type: 'fetched', tip }
}

/** Only the tip is ever a candidate, so that two hosts never settle on different revisions. @throws StageFailure */
export async function takeTip(context: RunContext, { revision, files }: RevisionFiles): Promise<Candidate> {
  const known = context.memory.tip
  // a folder has no commit that would tell whether it changed
  const isKnown = known?.revision.commit === revision.commit && revision.committedAt !== undefined
  if (!isKnown) {
    const refusal = await refuseUntrusted(context, revision)
    if (refusal !== undefined) return { type: 'outcome', outcome: refusal }
    const reading = await readInStages(context, files)
    context.remember({ reading })
    const { value: policySet, diagnostics } = reading
    if (hasErrors(diagnostics)) {
      const kept = context.memory.enforced?.revision
      return { type: 'outcome', outcome: { type: 'invalid', revision, diagnostics, kept } }
    }
    const tipIsTrusted = context.memory.verification?.type === 'trusted'
    context.remember({ tip: { revision, policySet, tipIsTrusted, warnings: diagnostics } })
  }
  const policy = isKnown ? known : context.memory.tip
  if (policy === undefined) throw new Error('bug: the tip was read and is not remembered')
  const refusal = await findSetAside(context, revision)
  return refusal === undefined ? { type: 'policy', policy } : { type: 'outcome', outcome: refusal }
}

/** Asked before a file of it is read. */
async function refuseUntrusted(context: RunContext, revision: Revision): Promise<Outcome | undefined> {
  const kept = context.memory.enforced?.revision
  const base = kept?.committedAt === undefined ? await lastCommit(context) : kept.commit
  const question = { tip: revision.commit, base }
  const verification = await context.stage('trust', () => context.ports.trust.judge(question, context.signal))
  context.remember({ verification })
  if (verification.type !== 'untrusted') return undefined
  return { type: 'untrusted', revision, reason: verification.reason, kept }
}

/** A folder that somebody applied meanwhile must not open the door to what is older than the commit before it. */
async function lastCommit(context: RunContext): Promise<string | undefined> {
  if (context.memory.enforced === undefined) return undefined
  const history = await context.stage('recall', () => context.ports.store.loadHistory())
  return history.find(({ revision }) => revision.committedAt !== undefined)?.revision.commit
}

/** @param moment what has expired by then opens nothing @throws StageFailure */
export async function compileFor(
  context: RunContext,
  policy: ValidPolicy,
  moment = context.ports.clock.now(),
): Promise<Desired | { readonly type: 'outcome'; readonly outcome: Outcome }> {
  const { ports, settings, signal } = context
  const facts = await context.stage('facts', () => ports.inspector.read(settings.node, signal))
  const { compilation: before } = context.memory
  const { value: view, diagnostics } = await context.stage('resolve', async () =>
    viewOfHost({ policySet: policyAt(policy.policySet, moment), facts, ...settings }, before),
  )
  if (hasErrors(diagnostics)) {
    const kept = context.memory.enforced?.revision
    return { type: 'outcome', outcome: { type: 'invalid', revision: policy.revision, diagnostics, kept } }
  }
  const compilation = await context.stage('compile', async () => compileResolved(view, before))
  return { type: 'desired', policy, compilation, facts, warnings: [...policy.warnings, ...diagnostics] }
}
