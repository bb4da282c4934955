/** Asks the guards about a change on this host as it is now, and who may override them. */

import { nearestName } from '../diagnostic/nearest-name.ts'
import { guardChange, guardNames, type Objection } from '../pipeline.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import { withoutEnded } from '../ruleset/time-limits.ts'
import type { Outcome } from './outcome.ts'
import type { RunContext, RunSettings } from './run-context.ts'
import { recordOf, setAside } from './set-aside.ts'
import type { Desired, Recalled } from './take-policy.ts'

export type Judgement =
  | { readonly type: 'fine'; readonly notes: readonly string[] }
  | { readonly type: 'refused'; readonly outcome: Outcome }

type JudgedPolicy = Recalled['policy']

/** @throws StageFailure */
export async function judge(
  context: RunContext,
  desired: Desired | Recalled,
  live: Ruleset | undefined,
): Promise<Judgement> {
  const { ports, settings, memory, signal } = context
  const logins = settings.apply.protectLiveSessions ? await context.stage('guard', () => ports.logins.read(signal)) : []
  const { objections, cutLogins } = guardChange({
    enforced: memory.enforced?.ruleset ?? live,
    // a login that came by what has expired is not cut by this commit
    live: live === undefined ? undefined : withoutEnded(live, ports.clock.now().getTime()),
    desired: desired.compilation,
    facts: desired.facts,
    logins,
    maxRemoved: settings.apply.maxRemoved,
  })
  // what the same commit becomes on a changed host, or by another version of the program, is nobody's commit to refuse
  const { revision } = desired.policy
  const isCommit = memory.enforced?.revision.commit !== revision.commit || revision.committedAt === undefined
  const relevant = isCommit ? objections : objections.filter(({ guard }) => guard === 'cut-sessions')
  const allowed = new Set([...settings.allowed, ...trailersThatCount(settings, desired.policy)])
  const refusing = relevant.filter(({ guard }) => !allowed.has(guard))
  const [first] = refusing
  if (first !== undefined) return await refuse(context, desired.policy, refusing)
  const overridden = relevant.map(({ guard, message }) => `${guard} was allowed: ${message}`)
  const isTold = relevant.some(({ guard }) => guard === 'cut-sessions')
  const cut = isTold ? [] : cutLogins.map((login) => `could not log in again: ${login}`)
  return { type: 'fine', notes: [...overridden, ...cut] }
}

/** A trailer is the word of whoever wrote the commit, which counts where that is enough or a trusted key signed it. */
function trailersThatCount({ apply }: RunSettings, { revision, tipIsTrusted }: JudgedPolicy): readonly string[] {
  return apply.allowTrailers || tipIsTrusted ? revision.allows : []
}

async function refuse(context: RunContext, policy: JudgedPolicy, objections: readonly Objection[]): Promise<Judgement> {
  const { revision } = policy
  const reasons = objections.map(({ guard, message }) => ({ guard, message: message + hint(context, policy, guard) }))
  const sessions = objections.find(({ guard }) => guard === 'cut-sessions')
  if (sessions !== undefined) {
    // once nobody is logged in any more the guard would be silent, and nobody could log in again
    const event = { cause: 'refused', message: sessions.message, blame: 'revision' } as const
    await setAside(context, await recordOf(context, revision, event))
  }
  return { type: 'refused', outcome: { type: 'refused', revision, reasons, kept: context.memory.enforced?.revision } }
}

/** Why a trailer that seems to allow it does not. */
function hint({ settings }: RunContext, policy: JudgedPolicy, guard: string): string {
  const { allows } = policy.revision
  if (allows.includes(guard)) {
    return trailersThatCount(settings, policy).length > 0
      ? ''
      : '; its Rampart-Allow trailer does not count: no trusted key signed it, and apply.allowTrailers is false'
  }
  const unknown = allows.find(
    (word) => !guardNames.some((name) => name === word) && nearestName(word, guardNames) === guard,
  )
  return unknown === undefined ? '' : `; its Rampart-Allow trailer says "${unknown}": did it mean "${guard}"?`
}
