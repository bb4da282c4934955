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

/**
 * It is denied when the table denies it whichever way it takes, and the one before allowed it on one of them. What that one denied
 * as well stands for a reason that tables do not tell, and is left alone.
 */
export function judgeChange({ before, now, routeTo }: TableChange): (flow: Flow) => FlowFate {
  const [judgeBefore, judgeNow] = [flowJudge(before, routeTo), flowJudge(now, routeTo)]
  return (flow) => {
    if (flow.isOver) return 'stays'
    // rules may treat a zone of connection tracking in ways of their own
    const verdicts = flow.zone === 0 ? judgeNow(flow) : []
    if (verdicts.length > 0 && verdicts.every((verdict) => verdict === 'allow')) return 'stays'
    if (verdicts.length === 0 || verdicts.some((verdict) => verdict !== 'deny')) return 'undecided'
    // most are allowed: the table before is only asked about the others
    const verdictsBefore = judgeBefore(flow)
    if (verdictsBefore.includes('allow')) return 'denied'
    return verdictsBefore.includes('unknown') ? 'undecided' : 'stays'
  }
}
