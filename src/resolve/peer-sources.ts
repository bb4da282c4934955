/** Whom selectors may mean in a revision, and who of them is another in the next. */

import { hostCidr } from '../net/cidr.ts'
import { effectiveLabels } from '../policy/effective-labels.ts'
import type { HostEndpoint } from '../policy/host-endpoint.ts'
import type { NetworkSet } from '../policy/network-set.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { Profile } from '../policy/profile.ts'
import { compareNames, type Labels, sameLabels } from '../policy/resource.ts'
import type { WorkloadEndpoint } from '../policy/workload-endpoint.ts'
import type { Peer } from './peer-table.ts'

type Source = HostEndpoint | WorkloadEndpoint | NetworkSet

export interface PeerSources {
  /** Host endpoints, workloads, network sets: numbered in this order. */
  readonly lists: readonly (readonly Source[])[]
  readonly profiles: ReadonlyMap<string, Profile>
}

export function peerSourcesOf(policySet: PolicySet, profiles: PeerSources['profiles']): PeerSources {
  const { hostEndpoints, workloadEndpoints, networkSets } = policySet
  return { lists: [hostEndpoints, workloadEndpoints, networkSets], profiles }
}

export function peersOf({ lists, profiles }: PeerSources): readonly Peer[] {
  return lists.flatMap((list) => list.map((source) => peerOf(source, profiles)))
}

export function peerAt({ lists, profiles }: PeerSources, number: number): Peer | undefined {
  let first = 0
  for (const list of lists) {
    const source = list[number - first]
    if (source !== undefined) return peerOf(source, profiles)
    first += list.length
  }
  return undefined
}

function peerOf(source: Source, profiles: PeerSources['profiles']): Peer {
  if (isNetworkSet(source)) return { labels: source.labels, networks: source.nets, ports: [] }
  const addresses = source.kind === 'HostEndpoint' ? source.expectedIPs : source.addresses
  return { labels: effectiveLabels(source, profiles), networks: addresses.map(hostCidr), ports: source.ports }
}

export interface ReplacedPeer {
  /** Of before; undefined for one that was not there. */
  readonly number: number | undefined
  readonly before: Peer | undefined
  readonly now: Peer | undefined
  /** Of the endpoint, of either. */
  readonly nodes: readonly string[]
}

/** A walk over both: the same object that inherits the same labels is equal without a look. Lists in name order give the fewest. */
export function replacedPeers(before: PeerSources, now: PeerSources): readonly ReplacedPeer[] {
  const relabelled = relabelledProfiles(before.profiles, now.profiles)
  const found: ReplacedPeer[] = []
  let first = 0
  for (const [index, list] of before.lists.entries()) {
    const next = now.lists[index] ?? []
    if (list !== next || relabelled.size > 0)
      for (const { at, old, other } of differences(list, next, relabelled))
        found.push({
          number: at === undefined ? undefined : first + at,
          before: old && peerOf(old, before.profiles),
          now: other && peerOf(other, now.profiles),
          nodes: [old, other].flatMap((source) => (source === undefined || isNetworkSet(source) ? [] : source.node)),
        })
    first += list.length
  }
  return found
}

interface Difference {
  readonly at: number | undefined
  readonly old: Source | undefined
  readonly other: Source | undefined
}

function differences(
  before: readonly Source[],
  now: readonly Source[],
  relabelled: ReadonlySet<string>,
): readonly Difference[] {
  const found: Difference[] = []
  let [at, to] = [0, 0]
  while (at < before.length || to < now.length) {
    const old = before[at]
    const other = now[to]
    // === would look into each of 250,000
    if (relabelled.size === 0 && Object.is(old, other)) {
      at++
      to++
      continue
    }
    const turn = old === other ? 0 : compareSources(old, other)
    if (old !== other || inherits(old, relabelled))
      found.push({
        at: turn > 0 ? undefined : at,
        old: turn > 0 ? undefined : old,
        other: turn < 0 ? undefined : other,
      })
    if (turn <= 0) at++
    if (turn >= 0) to++
  }
  return found
}

/** In the order of a list; what is missing comes last. */
function compareSources(a: Source | undefined, b: Source | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1
  return compareNames(a.name, b.name) || compareNames(namespaceOf(a), namespaceOf(b))
}

function namespaceOf(source: Source): string {
  return source.kind === 'HostEndpoint' ? '' : (source.namespace ?? '')
}

function inherits(source: Source | undefined, profiles: ReadonlySet<string>): boolean {
  if (source === undefined || profiles.size === 0 || isNetworkSet(source)) return false
  return source.profiles.some((name) => profiles.has(name))
}

/** The names of those that give other labels. */
function relabelledProfiles(before: PeerSources['profiles'], now: PeerSources['profiles']): ReadonlySet<string> {
  if (before === now) return new Set()
  const labelsOf = (profile: Profile | undefined): Labels => profile?.labelsToApply ?? new Map()
  const names = [...new Set([...before.keys(), ...now.keys()])]
  return new Set(names.filter((name) => !sameLabels(labelsOf(before.get(name)), labelsOf(now.get(name)))))
}

function isNetworkSet(source: Source): source is NetworkSet {
  return source.kind === 'GlobalNetworkSet' || source.kind === 'NetworkSet'
}
