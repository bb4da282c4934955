/** What firewalld asks at the beginning and the end of each hook, whatever its zones say. */

import { choose } from './choice.ts'
import type { FilterRule, Place } from './filter.ts'
import { placedRule } from './firewalld-rules.ts'
import type { Match } from './match.ts'
import { readAddressList } from './read-values.ts'

const anywhere: Place = { source: { path: 'firewalld', text: '' }, start: 0, end: 0 }

/** @param rewritten packets of destination NAT, which come in alone */
export function firewalldStart(side: 'iif' | 'oif', rewritten: readonly Match[]): readonly FilterRule[] {
  const accepted = rewritten.length > 0 ? [{ isRewritten: true } as const] : []
  return [
    placedRule([{ states: ['established', 'related'] }], { type: 'accept' }, anywhere),
    ...accepted.map((match) => placedRule([match], { type: 'accept' }, anywhere)),
    placedRule([{ [side]: choose('lo') }], { type: 'accept' }, anywhere),
    ...(side === 'iif' ? [placedRule([{ states: ['invalid'] }], { type: 'drop' }, anywhere)] : []),
  ]
}

export function refuse(matches: readonly Match[]): FilterRule {
  return placedRule(matches, { type: 'reject' }, anywhere)
}

/** RFC 3964: addresses of 6to4 that no packet may be sent to. */
export function refusedTunnels(): readonly FilterRule[] {
  const intervals = readAddressList(tunnels, 6) ?? []
  return [refuse([{ family: 6, destination: { among: { intervals, set: undefined }, not: [] } }])]
}

const tunnels: readonly string[] = [
  '::/96',
  '2002::/24',
  '2002:a00::/24',
  '2002:7f00::/24',
  '2002:a9fe::/32',
  '2002:ac10::/28',
  '2002:c0a8::/32',
  '2002:e000::/19',
]
