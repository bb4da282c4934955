/** The names that the documents of a revision give to profiles, tiers, ports and hosts, by faulty documents too. */

import { defaultAllowProfile } from '../policy/profile.ts'
import { defaultTierName } from '../policy/tier.ts'
import { isUsable } from './definition.ts'
import type { PolicyLists } from './policy-lists.ts'
import type { FileFindings } from './validate-file.ts'

type Names = () => Iterable<string>

/** Each a look through very many names, with repetitions. */
export interface GivenNames {
  readonly profile: Names
  readonly tier: Names
  /** Undefined while an endpoint that may give some cannot be read. */
  readonly port: Names | undefined
  readonly node: Names
}

export function givenNames(files: readonly FileFindings[], lists: PolicyLists): GivenNames {
  const loose = files.flatMap(({ looseNames }) => looseNames)
  const looseOf = (wanted: 'node' | 'port') => loose.flatMap((one) => (one.type === wanted ? [one.name] : []))
  const nodes = looseOf('node')
  const ports = looseOf('port')
  return {
    profile: () => [defaultAllowProfile, ...lists.profiles.all.map(({ name }) => name)],
    tier: () => [defaultTierName, ...lists.tiers.all.map(({ name }) => name)],
    port: loose.some(({ type }) => type === 'unknown') ? undefined : () => portsOf(lists, ports),
    node: () => nodesOf(lists, nodes),
  }
}

function* portsOf({ hostEndpoints, workloadEndpoints }: PolicyLists, loose: readonly string[]): Iterable<string> {
  for (const { all } of [hostEndpoints, workloadEndpoints]) {
    for (const endpoint of all) if (isUsable(endpoint)) for (const { name } of endpoint.ports) yield name
  }
  yield* loose
}

function* nodesOf({ hostEndpoints, workloadEndpoints }: PolicyLists, loose: readonly string[]): Iterable<string> {
  for (const { all } of [hostEndpoints, workloadEndpoints]) {
    for (const endpoint of all) if (isUsable(endpoint)) yield endpoint.node
  }
  yield* loose
}
