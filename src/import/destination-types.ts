/** What a rule asks of the kind of its destination -> what it asks of its address. */

import type { Family } from '../net/family.ts'
import { includes } from './choice.ts'
import type { Hook, Loss } from './filter.ts'
import type { FlatRule } from './flatten.ts'
import { both, listOf, type Match } from './match.ts'
import { readAddressList } from './read-values.ts'

export interface Addressed {
  readonly rules: readonly FlatRule[]
  readonly losses: readonly Loss[]
}

const groups = { 4: '224.0.0.0/4', 6: 'ff00::/8' } as const
const everybody = '255.255.255.255'

/** Packets to an address of the host and packets to everybody on a link look alike to a policy, but for those to 255.255.255.255. */
export function addressDestinations(rule: FlatRule, hook: Hook): Addressed {
  const { destinationType: choice, ...match } = rule.match
  const has = (type: 'local' | 'broadcast' | 'multicast' | 'unicast'): boolean =>
    choice === undefined || includes<string>(choice, type)
  const one = hook === 'input' ? has('local') : has('unicast')
  const broadcast = hook === 'forward' ? one : has('broadcast')
  const multicast = has('multicast')
  const make = (match4: Match | undefined): FlatRule[] => (match4 === undefined ? [] : [{ ...rule, match: match4 }])
  if (one && broadcast && multicast) return { rules: make(match), losses: [] }
  const families: readonly Family[] = match.family === undefined ? [4, 6] : [match.family]
  const rules = families.flatMap((family) => {
    const group = listOf(readAddressList([groups[family]], family) ?? [])
    const all = listOf(readAddressList(family === 4 ? [everybody] : [], family) ?? [])
    const among = [...(multicast ? [group] : []), ...(broadcast && family === 4 ? [all] : [])]
    const not = [...(multicast ? [] : [group]), ...(broadcast || family === 6 ? [] : [all])]
    const wanted = one ? [{ among: undefined, not }] : among.map((list) => ({ among: list, not: [] }))
    return wanted.flatMap((destination) => make(both(match, { family, destination })))
  })
  const reason =
    'broadcasts to the address of a link are told from packets to the host by no policy: they are taken for such'
  const isGuess = one !== broadcast && hook !== 'forward' && families.includes(4)
  return { rules, losses: isGuess ? [{ effect: 'may differ', reason, span: rule.span }] : [] }
}
