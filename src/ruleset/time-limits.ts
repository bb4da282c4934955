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
  for (const chain of ruleset.chains.values()) limits.push(...limitsOf(chain))
  return limits.sort((a, b) => a.atMs - b.atMs)
}

/** Without the rules that can no longer match; the table itself when there is none. */
export function withoutEnded(ruleset: Ruleset, nowMs: number): Ruleset {
  const isOver = (rule: Rule): boolean => (endOf(rule) ?? Number.POSITIVE_INFINITY) <= nowMs
  const changed = [...ruleset.chains.values()].filter((chain) => limitsOf(chain).some(({ atMs }) => atMs <= nowMs))
  if (changed.length === 0) return ruleset
  const chains = new Map(ruleset.chains)
  for (const chain of changed) chains.set(chain.name, { ...chain, rules: chain.rules.filter((rule) => !isOver(rule)) })
  return { ...ruleset, chains }
}

/** Most chains stay as they are from one table to the next, and are asked several times for each. */
const known = new WeakMap<Chain, readonly TimeLimit[]>()

function limitsOf(chain: Chain): readonly TimeLimit[] {
  const before = known.get(chain)
  if (before !== undefined) return before
  const limits = chain.rules.flatMap((rule): readonly TimeLimit[] => {
    const atMs = endOf(rule)
    return atMs === undefined ? [] : [{ atMs, chain: chain.name, rule }]
  })
  known.set(chain, limits)
  return limits
}

function endOf({ matches }: Rule): number | undefined {
  if (!matches.some(({ type }) => type === 'time')) return undefined
  const ends = matches.flatMap((match) => (match.type === 'time' ? [match.before * 1000] : []))
  return Math.min(...ends)
}
