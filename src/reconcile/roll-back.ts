/**
 * Back to a revision that was good, as carefully as to any, and held: by its policy where git's clone still has it, on the host as it is now, else
 * by its table in the history. No git server is asked.
 */

import { invariant } from '../diagnostic/invariant.ts'
import { type Revision, shortCommit } from '../repository/revision.ts'
import { readTable } from '../ruleset/read-table.ts'
import { changePolicy } from './change-policy.ts'
import { describeHold, describeTableOnly } from './hold.ts'
import type { Outcome } from './outcome.ts'
import { compilePolicyOf } from './policy-of.ts'
import type { LastGood, StateStore } from './ports.ts'
import type { RunContext } from './run-context.ts'
import type { Recalled } from './take-policy.ts'

/** @throws StageFailure */
export async function rollBack(context: RunContext, target: LastGood): Promise<Outcome> {
  const from = context.memory.enforced?.revision
  // its trailers spoke of another change than this one
  const revision = { ...target.revision, allows: [] }
  const compiled = await compilePolicyOf(context, revision, 'clone')
  context.judgesTip = false
  const wanted = compiled.type === 'desired' ? compiled : await recallTable(context, revision, target.script)
  const reason = `rollback from ${from === undefined ? 'nothing' : shortCommit(from.commit)}`
  const hold = { reason, at: context.ports.clock.now(), until: undefined }
  const outcome = await changePolicy(context, wanted, hold)
  if (outcome.type !== 'converged') return outcome
  if (compiled.type === 'desired') return { ...outcome, notes: [...outcome.notes, describeHold(hold)] }
  context.remember({ tableOnly: compiled.why })
  return { ...outcome, notes: [...outcome.notes, describeHold(hold), describeTableOnly(compiled.why)] }
}

async function recallTable(context: RunContext, revision: Revision, script: string): Promise<Recalled> {
  const { ports, settings, signal } = context
  const ruleset = readTable(script)
  invariant(ruleset !== undefined, 'a table of the history was read before and cannot be read')
  const facts = await context.stage('facts', () => ports.inspector.read(settings.node, signal))
  const policy = { revision, tipIsTrusted: false }
  return { type: 'recalled', policy, compilation: { ruleset, view: undefined }, facts, warnings: [] }
}

export type Choice =
  | { readonly type: 'chosen'; readonly target: LastGood }
  /** One line for people. */
  | { readonly type: 'none'; readonly why: string }

/** @param wanted a commit, abbreviated or not; undefined: the newest that is not enforced now */
export async function chooseTarget(
  store: Pick<StateStore, 'loadHistory' | 'loadLastGood'>,
  wanted: string | undefined,
): Promise<Choice> {
  const history = await store.loadHistory()
  const enforced = await store.loadLastGood()
  if (wanted === undefined) {
    const [previous] = history.filter(({ revision }) => revision.commit !== enforced?.revision.commit)
    return previous === undefined
      ? { type: 'none', why: 'the history has no good revision before this one' }
      : { type: 'chosen', target: previous }
  }
  const [target, ...others] = history.filter(({ revision }) => revision.commit.startsWith(wanted.toLowerCase()))
  if (target === undefined) return { type: 'none', why: `the history has no revision ${wanted}: ${list(history)}` }
  if (others.length === 0) return { type: 'chosen', target }
  return { type: 'none', why: `${wanted} may be any of these: ${list([target, ...others])}` }
}

function list(history: readonly LastGood[]): string {
  return history.length === 0 ? 'it is empty' : history.map(({ revision }) => printRevision(revision)).join(', ')
}

function printRevision({ commit, subject }: Revision): string {
  return `${shortCommit(commit)}${subject === '' ? '' : ` (${subject})`}`
}
