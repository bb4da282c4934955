/** Cuts networks where a host's view may treat addresses differently: within a piece one address answers for all. */

import type { HostFacts } from '../host/host-facts.ts'
import { type Cidr, cidrInterval, hostCidr, intervalsOf, knownCidrs } from '../net/cidr.ts'
import { type Family, families } from '../net/family.ts'
import type { Interval } from '../net/interval.ts'
import type { DirectedLists, HostView } from '../policy/host-view.ts'
import type { PolicyRule } from '../policy/rule.ts'
import { rulesOf } from './policy-lists.ts'

/** First numbers of pieces, in order. */
export type AddressCuts = Readonly<Record<Family, readonly bigint[]>>

/** Of one host. */
export function addressCuts(view: HostView, facts: HostFacts): AddressCuts {
  const networks = [...networksOfView(view), ...networksOfHost(facts), ...special]
  const cuts = { 4: new Set<bigint>(), 6: new Set<bigint>() }
  for (const network of networks) {
    const { from, to } = cidrInterval(network)
    cuts[network.family].add(from).add(to + 1n)
  }
  return { 4: sorted(cuts[4]), 6: sorted(cuts[6]) }
}

function sorted(numbers: ReadonlySet<bigint>): readonly bigint[] {
  return [...numbers].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}

/** In order, without overlaps. @param cuts of every host that is asked */
export function piecesOf(networks: readonly Cidr[], family: Family, cuts: readonly AddressCuts[]): readonly Interval[] {
  const own = intervalsOf(networks, family)
  return own.flatMap(({ from, to }) => {
    if (from === to) return [{ from, to }]
    const within = cuts.flatMap((host) => host[family].filter((cut) => from < cut && cut <= to))
    const starts = [from, ...sorted(new Set(within))]
    return starts.map((start, at) => ({ from: start, to: (starts[at + 1] ?? to + 1n) - 1n }))
  })
}

/** Addresses that the kernel or every table treats in ways of their own. */
const special: readonly Cidr[] = knownCidrs(
  ...['0.0.0.0/32', '127.0.0.0/8', '224.0.0.0/24', '224.0.0.0/4', '255.255.255.255/32'],
  ...['::/128', '::1/128', 'fe80::/64', 'fe80::/10', 'ff00::/8'],
)

function networksOfView(view: HostView): readonly Cidr[] {
  const lists = [
    ...view.endpoints.flatMap(({ lists: own }) => Object.values<DirectedLists>({ ...own })),
    ...view.workloads.map((workload) => workload.lists),
  ]
  const rules = new Set(
    lists.flatMap((list) => [...rulesOf(list.ingress, 'ingress'), ...rulesOf(list.egress, 'egress')]),
  )
  const { failsafeInbound, failsafeOutbound } = view.settings
  return [
    ...[...rules].flatMap(networksOfRule),
    ...[...view.peers.values()].flatMap((peers) => families.flatMap((family) => peers.networks[family])),
    ...[...view.namedPorts.values()].flatMap(({ members }) => members.map(({ address }) => hostCidr(address))),
    ...view.workloads.flatMap(({ workload }) => workload.addresses.map(hostCidr)),
    ...[...failsafeInbound, ...failsafeOutbound].flatMap(({ net }) => net ?? []),
  ]
}

function networksOfRule({ source, destination }: PolicyRule): readonly Cidr[] {
  return [source, destination].flatMap(({ nets, notNets }) => [...(nets ?? []), ...(notNets ?? [])])
}

function networksOfHost({ interfaces }: HostFacts): readonly Cidr[] {
  return interfaces.flatMap((link) =>
    link.addresses.flatMap(({ address, network }) => [hostCidr(address), network, lastOf(network)]),
  )
}

/** Its broadcast address. */
function lastOf(network: Cidr): Cidr {
  return hostCidr({ family: network.family, value: cidrInterval(network).to })
}
