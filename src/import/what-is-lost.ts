/** What a rule asks that policies cannot ask, and what the import becomes without it. */

import { type Interval, subtractIntervals } from '../net/interval.ts'
import type { Effect, FilterRule, Loss } from './filter.ts'
import type { FilterState, Match } from './match.ts'

type DecidesIn = (chain: string) => { readonly accepts: boolean; readonly drops: boolean }

/** What the policy does more when the rule is left out. */
export function effectWithout({ verdict }: FilterRule, decidesIn: DecidesIn): Effect {
  switch (verdict?.type) {
    case undefined:
      return 'no packet'
    case 'accept':
      return 'denies more'
    case 'drop':
    case 'reject':
      return 'allows more'
    case 'return':
      return 'may differ'
    case 'jump':
    case 'goto': {
      const { accepts, drops } = decidesIn(verdict.chain)
      if (accepts === drops) return accepts || verdict.type === 'goto' ? 'may differ' : 'no packet'
      return accepts ? 'denies more' : 'allows more'
    }
  }
}

/** In words; undefined when policy can ask it. */
export function whyNotAsked(match: Match, rule: FilterRule, rewritten: readonly Match[]): string | undefined {
  if (match.isRewritten && rewritten.length === 0) return 'no destination NAT is known whose packets these are'
  const isOnlyLogged = rule.verdict === undefined && rule.logs
  const beyond = match.beyond?.filter((words) => !(isOnlyLogged && words.startsWith('a rate limit'))) ?? []
  return beyond.length === 0 ? undefined : `policies cannot ask for ${beyond.join(', ')}`
}

/** Neighbour discovery and multicast listener messages, which always pass (behaviour.md 4.9). */
export function isBuiltIn({ icmp, family }: Match, { verdict }: FilterRule): boolean {
  if (family !== 6 || icmp === undefined || verdict?.type !== 'accept') return false
  return subtractIntervals(icmp, linkMessages).length === 0
}

const linkMessages: readonly Interval[] = [
  { from: 130n * 256n, to: 136n * 256n + 255n },
  { from: 143n * 256n, to: 143n * 256n + 255n },
]

export interface StateQuestion {
  readonly isAsked: boolean
  readonly keepsConnections: boolean
  readonly dropsInvalid: boolean
  readonly loss: Loss | undefined
}

/** Known connections pass and invalid packets are dropped before any policy: policies are asked about new ones. */
export function stateOf({ states }: Match, rule: FilterRule, decidesIn: DecidesIn): StateQuestion {
  const { verdict, span } = rule
  const answer = {
    keepsConnections: states !== undefined && verdict?.type === 'accept' && states.includes('established'),
    dropsInvalid: states !== undefined && isDrop(verdict) && states.includes('invalid'),
    loss: undefined,
  }
  if (states === undefined || states.includes('new')) return { ...answer, isAsked: true }
  const builtIn: readonly FilterState[] =
    verdict?.type === 'accept' ? ['established', 'related'] : isDrop(verdict) ? ['invalid'] : []
  const others = states.filter((state) => !builtIn.includes(state))
  if (others.length === 0) return { ...answer, isAsked: false }
  const reason = `policies are asked about new connections only, not about ${others.join(', ')} packets`
  return { ...answer, isAsked: false, loss: { effect: effectWithout(rule, decidesIn), reason, span } }
}

function isDrop(verdict: FilterRule['verdict']): boolean {
  return verdict?.type === 'drop' || verdict?.type === 'reject'
}
