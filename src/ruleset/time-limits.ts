/** What of a table ends by itself: rules that match until a moment, which the kernel holds against the host's clock. */

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
  for (const { name: chain, rules } of ruleset.chains.values()) {
    for (const rule of rules) {
      const atMs = endOf(rule)
      if (atMs !== undefined) limits.push({ atMs, chain, rule })
    }
  }
  return limits.sort((a, b) => a.atMs - b.atMs)
}

/** Without the rules that can no longer match; the table itself when there is none. */
export function withoutEnded(ruleset: Ruleset, nowMs: number): Ruleset {
  const isOver = (rule: Rule): boolean => (endOf(rule) ?? Number.POSITIVE_INFINITY) <= nowMs
  const changed = [...ruleset.chains.values()].filter(({ rules }) => rules.some(isOver))
  if (changed.length === 0) return ruleset
  const chains = new Map(ruleset.chains)
  for (const chain of changed) chains.set(chain.name, { ...chain, rules: chain.rules.filter((rule) => !isOver(rule)) })
  return { ...ruleset, chains }
}

function endOf({ matches }: Rule): number | undefined {
  const ends = matches.flatMap((match) => (match.type === 'time' ? [match.before * 1000] : []))
  return ends.length === 0 ? undefined : Math.min(...ends)
}
