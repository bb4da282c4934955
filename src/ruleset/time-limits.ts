/** What of a table ends by itself: rules that match until a moment, which the kernel holds against the host's clock. */

import type { Chain } from './chain.ts'
import type { Rule } from './rule.ts'
import type { Ruleset } from './ruleset.ts'

export interface TimeLimit {
  /** Milliseconds since 1970; the first at which the rule no longer matches. */
  readonly atMs: number
  readonly chain: string
  readonly rule: Rule
}

/** The first to end first. */
export function timeLimits(ruleset: Ruleset): readonly TimeLimit[] {
  const limits: TimeLimit[] = []
  for (const chain of ruleset.chains.values()) for (const limit of limitsOf(chain)) limits.push(limit)
  return limits.sort((a, b) => a.atMs - b.atMs)
}

/** Without the rules that can no longer match; the table itself when there is none. */
export function withoutEnded(ruleset: Ruleset, nowMs: number): Ruleset {
  const over = new Set(timeLimits(ruleset).flatMap((limit) => (limit.atMs <= nowMs ? [limit.rule] : [])))
  if (over.size === 0) return ruleset
  const chains = new Map(ruleset.chains)
  for (const [name, chain] of ruleset.chains)
    if (limitsOf(chain).some(({ rule }) => over.has(rule)))
      chains.set(name, { ...chain, rules: chain.rules.filter((rule) => !over.has(rule)) })
  return { ...ruleset, chains }
}

/** Asked for several times in a run, of every chain. */
const known = new WeakMap<Chain, readonly TimeLimit[]>()

/** In the order of the rules. */
function limitsOf(chain: Chain): readonly TimeLimit[] {
  const found = known.get(chain)
  if (found !== undefined) return found
  const limits = chain.rules.flatMap((rule): readonly TimeLimit[] => {
    const atMs = endOf(rule)
    return atMs === undefined ? [] : [{ atMs, chain: chain.name, rule }]
  })
  known.set(chain, limits)
  return limits
}

function endOf({ matches }: Rule): number | undefined {
  if (!matches.some((match) => match.type === 'time')) return undefined
  return Math.min(...matches.flatMap((match) => (match.type === 'time' ? [match.before * 1000] : [])))
}
