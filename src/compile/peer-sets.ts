/** The named sets of the peers that rules look up, one for each selector and family. */

import { addressBits, printAddress } from '../net/address.ts'
import { type Cidr, cidrInterval } from '../net/cidr.ts'
import { type Family, families } from '../net/family.ts'
import { mergeIntervals } from '../net/interval.ts'
import type { NamedPorts, Peers } from '../policy/host-view.ts'
import { addressElement, type NamedSet } from '../ruleset/named-set.ts'
import { commentText, namedPortSet, peerSet } from './names.ts'

/** Only sets with an element: a rule that selects nobody needs none. */
export function peerSets(peers: Iterable<Peers>): readonly NamedSet[] {
  return [...peers].flatMap((peer) =>
    families.flatMap((family) => {
      const networks = peer.networks[family]
      return networks.length === 0 ? [] : [setOf(peer.selector, family, networks)]
    }),
  )
}

/** A hash set when every member is a single address, which is faster to look up and to change; else an interval set. */
function setOf(selector: string, family: Family, networks: readonly Cidr[]): NamedSet {
  const interval = networks.some((network) => network.prefix !== addressBits(family))
  const elements = interval
    ? mergeIntervals(networks.map(cidrInterval)).map((range) => addressElement(range, family))
    : networks.map((network) => printAddress({ family, value: network.base }))
  return {
    name: peerSet(selector, family),
    key: [addressType(family)],
    interval,
    comment: commentText(selector),
    properties: [],
    elements: new Set(elements),
  }
}

/** Address, protocol and port of every endpoint that has one of the names. */
export function namedPortSets(lists: Iterable<NamedPorts>): readonly NamedSet[] {
  return [...lists].flatMap(({ key, members }) =>
    families.flatMap((family) => {
      const own = members.filter((member) => member.address.family === family)
      const elements = own.map(({ address, protocol, port }) => `${printAddress(address)} . ${protocol} . ${port}`)
      if (elements.length === 0) return []
      return [
        {
          name: namedPortSet(key, family),
          key: [addressType(family), 'inet_proto', 'inet_service'] as const,
          interval: false,
          comment: commentText(key),
          properties: [],
          elements: new Set(elements),
        },
      ]
    }),
  )
}

function addressType(family: Family): 'ipv4_addr' | 'ipv6_addr' {
  return family === 4 ? 'ipv4_addr' : 'ipv6_addr'
}
