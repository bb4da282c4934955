/** Which live connections a new table denies that the one before it allowed (behaviour.md EV-51). */

import type { Flow, RouteTo } from '../flow/flow.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import { flowJudge } from './judge-flow.ts'

export interface TableChange {
  readonly before: Ruleset
  readonly now: Ruleset
  readonly routeTo: RouteTo
}

/** `undecided`: it is left alone because nobody can tell. */
export type FlowFate = 'denied' | 'stays' | 'undecided'

/** What the table before denied as well stands for a reason that tables do not tell, and is left alone. */
export function judgeChange({ before, now, routeTo }: TableChange): (flow: Flow) => FlowFate {
  const [judgeBefore, judgeNow] = [flowJudge(before, routeTo), flowJudge(now, routeTo)]
  return (flow) => {
    if (flow.isOver) return 'stays'
    // rules may treat a zone of connection tracking in ways of their own
    const verdict = flow.zone === 0 ? judgeNow(flow) : 'unknown'
    // most are allowed: the table before is only asked about the others
    const verdictBefore = verdict === 'deny' ? judgeBefore(flow) : verdict
    if (verdict === 'unknown' || verdictBefore === 'unknown') return 'undecided'
    return verdict === 'deny' && verdictBefore === 'allow' ? 'denied' : 'stays'
  }
}
