/** Which live connections a new table denies that the one before it allowed (behaviour.md EV-51). */

import type { Flow, RouteTo } from '../flow/flow.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import { judgeFlow } from './judge-flow.ts'

export interface DeniedFlows {
  readonly denied: readonly Flow[]
  /** Connections that are left alone because nobody can tell. */
  readonly undecided: number
}

export interface FlowChange {
  readonly flows: readonly Flow[]
  readonly before: Ruleset
  readonly now: Ruleset
  readonly routeTo: RouteTo
}

/** What the table before denied as well stands for a reason that tables do not tell, and is left alone. */
export function deniedFlows({ flows, before, now, routeTo }: FlowChange): DeniedFlows {
  const denied: Flow[] = []
  let undecided = 0
  for (const flow of flows) {
    if (flow.isOver) continue
    // rules may treat a zone of connection tracking in ways of their own
    const verdict = flow.zone === 0 ? judgeFlow(flow, now, routeTo) : 'unknown'
    const verdictBefore = verdict === 'deny' ? judgeFlow(flow, before, routeTo) : verdict
    if (verdict === 'unknown' || verdictBefore === 'unknown') undecided++
    else if (verdict === 'deny' && verdictBefore === 'allow') denied.push(flow)
  }
  return { denied, undecided }
}
