/** The named sets of ports that rules ask for by name: address, protocol and port of every endpoint that has one of the names. */

import { printAddress } from '../net/address.ts'
import { type Family, families } from '../net/family.ts'
import type { NamedPortMember, NamedPorts } from '../policy/host-view.ts'
import { compareMembers } from '../policy/network-order.ts'
import { listChange } from '../policy/ordered-list.ts'
import { editSet } from '../ruleset/edited-elements.ts'
import { addressType, type NamedSet } from '../ruleset/named-set.ts'
import { commentText, namedPortSet } from './names.ts'

/** By family; the next compilation asks for them again. */
const known = new WeakMap<NamedPorts, ReadonlyMap<Family, NamedSet>>()

/** One for each family that has any. */
export function namedPortSets(ports: NamedPorts): readonly NamedSet[] {
  const sets = known.get(ports) ?? new Map(families.flatMap((family) => makeSet(ports.key, ports.members, family)))
  known.set(ports, sets)
  return [...sets.values()]
}

/** The sets of before are edited: of 100,000 members nothing is looked at but what changed. */
export function followNamedPorts(ports: NamedPorts, before: NamedPorts): void {
  const sets = known.get(before)
  if (ports === before || sets === undefined || known.has(ports)) return
  const { gone, come } = listChange(before.members, ports.members, compareMembers)
  const edited = families.flatMap((family): readonly (readonly [Family, NamedSet])[] => {
    const set = sets.get(family)
    if (set === undefined) return makeSet(ports.key, come, family)
    const edit = { deleted: elementsOf(gone, family), added: elementsOf(come, family) }
    const elements = editSet(set.elements, edit)
    if (elements.size === 0) return []
    return [[family, elements === set.elements ? set : { ...set, elements }]]
  })
  known.set(ports, new Map(edited))
}

function makeSet(
  key: string,
  members: readonly NamedPortMember[],
  family: Family,
): readonly (readonly [Family, NamedSet])[] {
  const elements = elementsOf(members, family)
  if (elements.length === 0) return []
  const set = {
    name: namedPortSet(key, family),
    key: [addressType(family), 'inet_proto', 'inet_service'] as const,
    interval: false,
    comment: commentText(key),
    properties: [],
    elements: new Set(elements),
  }
  return [[family, set]]
}

function elementsOf(members: readonly NamedPortMember[], family: Family): readonly string[] {
  const own = members.filter(({ address }) => address.family === family)
  return own.map(({ address, protocol, port }) => `${printAddress(address)} . ${protocol} . ${port}`)
}
