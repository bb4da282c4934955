/** The tiers and profiles of a list, one after the other, as the stations on a packet's way. */

import type { PolicyList } from '../policy/host-view.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { Profile } from '../policy/profile.ts'
import type { Direction } from '../policy/rule.ts'
import type { Verdict } from '../ruleset/rule.ts'
import type { Item } from './merge-rules.ts'
import type { PolicyChainsInput } from './policy-chains.ts'

export interface Station {
  /** Unique in its list: no tier's name has an underscore. */
  readonly name: string
  readonly tier: string
  readonly resources: readonly (NetworkPolicy | Profile)[]
  readonly hasPass: boolean
  readonly defaultAction: 'Deny' | 'Pass'
}

export function stationsOf(list: PolicyList, direction: Direction): readonly Station[] {
  const tiers = list.tiers.map(({ name, defaultAction, policies }) => ({
    name,
    tier: name,
    defaultAction,
    resources: policies,
  }))
  const profiles = list.profiles.map((profile) => ({
    name: `profile_${profile.name}`,
    tier: '',
    defaultAction: 'Pass' as const,
    resources: [profile],
  }))
  return [...tiers, ...profiles].map((station) => ({
    ...station,
    hasPass: station.resources.some((resource) => resource[direction].some((rule) => rule.action === 'Pass')),
  }))
}

/** @param pass what a Pass of the station comes to */
export function itemsOf(station: Station, input: PolicyChainsInput, pass: Verdict): readonly Item[] {
  const { direction, verdicts, compile } = input
  return station.resources.flatMap((resource) => {
    const namespace = 'namespace' in resource ? resource.namespace : undefined
    const place = { kind: resource.kind, namespace, name: resource.name, tier: station.tier, direction }
    const group = namespace === undefined ? resource.name : `${namespace}/${resource.name}`
    return resource[direction].flatMap((rule, index) =>
      compile(rule, { ...place, index }, { ...verdicts, pass }).map((compiled) => ({ rule: compiled, group })),
    )
  })
}
