/** Back to a revision that was good: its table comes from the history, is changed to as carefully as to any, and is held. Git is not asked. */

import { invariant } from '../diagnostic/invariant.ts'
import { type Revision, shortCommit } from '../repository/revision.ts'
import { readTable } from '../ruleset/read-table.ts'
import { changePolicy } from './change-policy.ts'
import { describeHold, holdNow } from './hold.ts'
import type { Outcome } from './outcome.ts'
import type { LastGood, StateStore } from './ports.ts'
import type { RunContext } from './run-context.ts'

/** @throws StageFailure */
export async function rollBack(context: RunContext, target: LastGood): Promise<Outcome> {
  const { ports, settings, memory, signal } = context
  const ruleset = readTable(target.script)
  invariant(ruleset !== undefined, 'a table of the history was read before and cannot be read')
  const facts = await context.stage('facts', () => ports.inspector.read(settings.node, signal))
  const from = memory.enforced?.revision
  context.judgesTip = false
  const outcome = await changePolicy(context, {
    type: 'recalled',
    // its trailers spoke of another change than this one
    policy: { revision: { ...target.revision, allows: [] }, tipIsTrusted: false },
    compilation: { ruleset, view: undefined },
    facts,
    warnings: [],
  })
  if (outcome.type !== 'converged') return outcome
  const hold = await holdNow(context, `rollback from ${from === undefined ? 'nothing' : shortCommit(from.commit)}`)
  return { ...outcome, notes: [...outcome.notes, describeHold(hold)] }
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
