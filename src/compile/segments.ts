/**
 * A long list cut into chains at policies, so that an edited policy rewrites one of them.
 *
 * Whether a segment starts at a policy is a property of that policy alone, so that one that is added, changed or removed
 * leaves all segments but its own as they were. A Pass would return from its segment only, so a policy with one stays outside.
 */

import { type Chain, plainChain } from '../ruleset/chain.ts'
import { jump, makeRule, type Rule } from '../ruleset/rule.ts'
import type { RuleGroup } from './merge-rules.ts'
import { partName, startsSegment } from './names.ts'

/** Lists up to this length stay in one chain, and a segment ends at the first policy after so many rules. */
const longestChain = 256

export interface Segments {
  /** The rules themselves, or jumps to chains that hold them. */
  readonly rules: readonly Rule[]
  readonly chains: readonly Chain[]
}

export function segments(groups: readonly RuleGroup[], chain: string): Segments {
  const rules: Rule[] = []
  if (groups.reduce((count, group) => count + group.rules.length, 0) <= longestChain) {
    for (const group of groups) for (const rule of group.rules) rules.push(rule)
    return { rules, chains: [] }
  }
  const chains: Chain[] = []
  let open: Rule[] | undefined
  for (const { name, rules: members } of groups) {
    if (members.some(({ verdict }) => verdict?.type === 'return')) open = undefined
    else if (open === undefined || open.length >= longestChain || startsSegment(name, members.length)) {
      open = []
      chains.push(plainChain(partName(chain, name), open))
      rules.push(makeRule({ verdict: jump(partName(chain, name)) }))
    }
    for (const rule of members) (open ?? rules).push(rule)
  }
  return { rules, chains }
}
