/** The ports of a rule as matches: numbers, and names as lookups of address, protocol and port together (behaviour.md 6.3). */

import type { Family } from '../net/family.ts'
import { mergePortRanges, type PortRange } from '../net/port-range.ts'
import type { NamedPorts } from '../policy/host-view.ts'
import { namedPortKey } from '../policy/named-port-key.ts'
import type { EntityRule, PolicyRule } from '../policy/rule.ts'
import type { Match } from '../ruleset/rule.ts'
import { namedPortSet } from './names.ts'

/** Each is a list of matches that must all hold, and no packet meets two of them; none when no packet of the family can match. */
export function portAlternatives(
  rule: PolicyRule,
  family: Family,
  namedPorts: Pick<ReadonlyMap<string, NamedPorts>, 'get'>,
): readonly (readonly Match[])[] {
  const source = sideAlternatives(rule.source, { rule, family, namedPorts, address: 'saddr', port: 'sport' })
  const destination = sideAlternatives(rule.destination, { rule, family, namedPorts, address: 'daddr', port: 'dport' })
  return source.flatMap((from) => destination.map((to) => [...from, ...to]))
}

interface Side {
  readonly rule: PolicyRule
  readonly family: Family
  readonly namedPorts: Pick<ReadonlyMap<string, NamedPorts>, 'get'>
  readonly address: 'saddr' | 'daddr'
  readonly port: 'sport' | 'dport'
}

/** Named and numbered ports of one list are alternatives (RM-31); what the list excludes holds in each of them. */
function sideAlternatives(entity: EntityRule, side: Side): readonly (readonly Match[])[] {
  const { ports, namedPorts, notPorts, notNamedPorts } = entity
  if (notPorts === undefined && namedPorts === undefined && notNamedPorts === undefined)
    return [ports === undefined ? [] : [numbered(ports, side, 'among')]]
  const excluded = [
    ...(notPorts === undefined ? [] : [numbered(notPorts, side, 'not among')]),
    ...(notNamedPorts === undefined ? [] : named(notNamedPorts, entity, { ...side, sense: 'not among' })),
  ]
  if (namedPorts === undefined) {
    return [[...(ports === undefined ? [] : [numbered(ports, side, 'among')]), ...excluded]]
  }
  const byName = named(namedPorts, entity, { ...side, sense: 'among' })
  if (ports === undefined) return byName.map((match) => [match, ...excluded])
  const others = numbered(ports, side, 'not among')
  return [[numbered(ports, side, 'among'), ...excluded], ...byName.map((match) => [others, match, ...excluded])]
}

type Sense = 'among' | 'not among'

function numbered(ports: readonly PortRange[], { rule, port }: Side, sense: Sense): Match {
  // A rule with numbered ports has a protocol.
  return {
    type: 'port',
    side: port,
    protocol: rule.protocol ?? 0,
    ranges: mergePortRanges(ports),
    negated: sense === 'not among',
  }
}

/** No match when no endpoint of the family has such a port: then nothing is among them. */
function named(names: readonly string[], entity: EntityRule, side: Side & { readonly sense: Sense }): readonly Match[] {
  const key = namedPortKey({ names, protocol: side.rule.protocol, selector: entity.selector })
  const members = side.namedPorts.get(key)?.members ?? []
  if (!members.some((member) => member.address.family === side.family)) return []
  const set = namedPortSet(key, side.family)
  return [
    {
      type: 'lookup',
      family: side.family,
      fields: [side.address, 'protocol', side.port],
      set,
      negated: side.sense === 'not among',
    },
  ]
}
