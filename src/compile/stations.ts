/** The tiers and profiles of a list, one after the other, as the stations on a packet's way. */

import type { PolicyList } from '../policy/host-view.ts'
import { newcomers } from '../policy/keep-list.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { Profile } from '../policy/profile.ts'
import type { Direction, PolicyRule } from '../policy/rule.ts'

export interface Station {
  /** Unique in its list: no tier's name has an underscore. */
  readonly name: string
  readonly tier: string
  readonly resources: readonly (NetworkPolicy | Profile)[]
  readonly hasPass: boolean
  readonly defaultAction: 'Deny' | 'Pass'
}

/** Of each list that was asked about. */
const found = new WeakMap<PolicyList, Partial<Record<Direction, readonly Station[]>>>()

/** What is known of a station that had the same name before. */
export type StationBefore = (
  name: string,
) => { readonly owners: Station['resources']; readonly hasPass: boolean } | undefined

export function stationsOf(
  list: PolicyList,
  direction: Direction,
  before: StationBefore = () => undefined,
): readonly Station[] {
  const known = found.get(list)
  const stations = known?.[direction] ?? findStations(list, direction, before)
  if (known?.[direction] === undefined) found.set(list, { ...known, [direction]: stations })
  return stations
}

function findStations(list: PolicyList, direction: Direction, before: StationBefore): readonly Station[] {
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
  return [...tiers, ...profiles].map((station) => {
    const last = before(station.name)
    const doubtful = last?.hasPass === false ? newcomers(station.resources, last.owners) : station.resources
    return { ...station, hasPass: doubtful.some((resource) => hasPass(resource[direction])) }
  })
}

/** Whether it has a Pass, of each list of rules that was asked about. */
const passing = new WeakMap<readonly PolicyRule[], boolean>()

function hasPass(rules: readonly PolicyRule[]): boolean {
  const known = passing.get(rules)
  if (known !== undefined) return known
  const has = rules.some((rule) => rule.action === 'Pass')
  passing.set(rules, has)
  return has
}
