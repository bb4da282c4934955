/** A rule of a flat list -> rules of a policy, as plain values. */

import { positionOf } from '../diagnostic/source.ts'
import { remark } from '../document/print-yaml.ts'
import { addressBits, printAddress } from '../net/address.ts'
import type { Family } from '../net/family.ts'
import type { Interval } from '../net/interval.ts'
import { hasPorts, icmp, icmpv6, printProtocol } from '../net/protocol.ts'
import type { Place } from './filter.ts'
import type { FlatRule } from './flatten.ts'
import { type Addresses, intervalsOf, type Match } from './match.ts'
import { setLabel, setNameOf } from './names.ts'
import { allAddresses, without } from './read-values.ts'

export type PlainRule = Readonly<Record<string, unknown>>

/** Limits of a rule (behaviour.md 1.6). */
const mostNets = 256
const mostPorts = 50

/** Together they match what the rule matches; a text says why there is no such policy. */
export function writeRule(rule: FlatRule): readonly PlainRule[] | string {
  const { match, action } = rule
  const transports = writeTransport(match)
  if (typeof transports === 'string') return transports
  const sources = writeSide(match.source, match.family)
  const destinations = writeSide(match.destination, match.family)
  return transports.flatMap((transport) =>
    sources.flatMap((source) =>
      destinations.map((destination) => {
        const from = entity({ ...source, ...transport.source })
        const to = entity({ ...destination, ...transport.destination })
        return {
          ...remarkOf(rule),
          action,
          ...(isFamilyKnown(transport.rule.protocol, source, destination) || match.family === undefined
            ? {}
            : { ipVersion: match.family }),
          ...transport.rule,
          ...(from === undefined ? {} : { source: from }),
          ...(to === undefined ? {} : { destination: to }),
        }
      }),
    ),
  )
}

/** `file:line`, and what the original remarks. */
function remarkOf({ span, comment }: FlatRule): PlainRule {
  const words = [...(span === undefined ? [] : [placeOf(span)]), ...(comment === undefined ? [] : [comment])]
  return words.length === 0 ? {} : { [remark]: words.join(' ').replaceAll(/[^\P{C}]/gu, ' ') }
}

export function placeOf(place: Place): string {
  const { path, text } = place.source
  const line = text === '' ? path : `${path}:${positionOf(place).line}`
  return place.within === undefined ? line : `${line} (${place.within})`
}

function isFamilyKnown(protocol: unknown, source: PlainRule, destination: PlainRule): boolean {
  return protocol === 'ICMP' || protocol === 'ICMPv6' || 'nets' in source || 'nets' in destination
}

function entity(value: PlainRule): PlainRule | undefined {
  return Object.keys(value).length === 0 ? undefined : value
}

interface Transport {
  readonly rule: PlainRule
  readonly source: PlainRule
  readonly destination: PlainRule
}

function writeTransport(match: Match): readonly Transport[] | string {
  const { protocol, sourcePorts, destinationPorts, family } = match
  const none = { source: {}, destination: {} }
  if (sourcePorts !== undefined || destinationPorts !== undefined) {
    const carriers = protocol === undefined || protocol.negated ? [] : protocol.of.filter(hasPorts)
    if (carriers.length === 0) return 'policies ask for ports of TCP, UDP and SCTP only'
    return carriers.flatMap((one) =>
      portPairs(match).map((pair) => ({ rule: { protocol: printProtocol(one) }, ...pair })),
    )
  }
  if (match.icmp !== undefined && family !== undefined) return writeIcmp(match.icmp, family)
  if (protocol === undefined) return [{ rule: {}, ...none }]
  const own = family === 4 ? icmpv6 : family === 6 ? icmp : undefined
  const of = protocol.of.filter((one) => one !== own && one !== 0)
  if (!protocol.negated) return of.map((one) => ({ rule: { protocol: spellProtocol(one) }, ...none }))
  if (of.length > 1) return `policies can leave out one protocol, not ${of.map(printProtocol).join(', ')}`
  return of.map((one) => ({ rule: { notProtocol: spellProtocol(one) }, ...none }))
}

function spellProtocol(protocol: number): string | number {
  const name = printProtocol(protocol)
  return /^\d/.test(name) ? protocol : name
}

function portPairs({ sourcePorts, destinationPorts }: Match): readonly Omit<Transport, 'rule'>[] {
  const lists = (ports: readonly Interval[] | undefined): readonly PlainRule[] =>
    ports === undefined ? [{}] : chunks(ports.flatMap(printPorts), mostPorts).map((some) => ({ ports: some }))
  return lists(sourcePorts).flatMap((source) => lists(destinationPorts).map((destination) => ({ source, destination })))
}

/** Port 0 is in no policy, and no connection has it. */
function printPorts({ from, to }: Interval): readonly (number | string)[] {
  const first = from === 0n ? 1n : from
  if (first > to) return []
  return [first === to ? Number(first) : `${first}:${to}`]
}

function writeIcmp(list: readonly Interval[], family: Family): readonly Transport[] | string {
  const none = { source: {}, destination: {} }
  const protocol = family === 4 ? 'ICMP' : 'ICMPv6'
  const kinds = icmpKinds(list)
  const excluded = icmpKinds(without(list, 65535n))
  if (excluded?.length === 0) return [{ rule: { protocol }, ...none }]
  if (excluded?.length === 1) return [{ rule: { protocol, notICMP: excluded[0] }, ...none }]
  if (kinds === undefined) return 'so many ICMP types at once'
  return kinds.map((kind) => ({ rule: { protocol, icmp: kind }, ...none }))
}

/** Undefined when they are too many to be written. */
function icmpKinds(list: readonly Interval[]): readonly PlainRule[] | undefined {
  const kinds: PlainRule[] = []
  for (const { from, to } of list) {
    for (let at = from; at <= to && kinds.length <= 64; ) {
      const isWhole = at % 256n === 0n && at + 255n <= to
      kinds.push(isWhole ? { type: Number(at / 256n) } : { type: Number(at / 256n), code: Number(at % 256n) })
      at += isWhole ? 256n : 1n
    }
  }
  return kinds.length > 64 ? undefined : kinds
}

/** More than one where a list is longer than a rule may have it. */
function writeSide(addresses: Addresses | undefined, family: Family | undefined): readonly PlainRule[] {
  if (addresses === undefined || family === undefined) return [{}]
  const { among, not } = addresses
  const named = not.filter(({ set }) => set !== undefined)
  const notSelector = named.map(({ set }) => selectorOf(set ?? '')).join(' || ')
  const notNets = not.filter(({ set }) => set === undefined).flatMap(({ intervals }) => printNets(intervals, family))
  const isWritable = notNets.length <= mostNets && !notNets.some((net) => net.endsWith('/0'))
  if (!isWritable || (among !== undefined && among.set === undefined && not.length > 0)) {
    const nets = printNets(intervalsOf(addresses, allAddresses(family)), family)
    return chunks(nets, mostNets).map((some) => ({ nets: some }))
  }
  const exclusions = {
    ...(notSelector === '' ? {} : { notSelector }),
    ...(notNets.length === 0 ? {} : { notNets }),
  }
  if (among === undefined) return [exclusions]
  if (among.set !== undefined) return [{ selector: selectorOf(among.set), ...exclusions }]
  return chunks(printNets(among.intervals, family), mostNets).map((nets) => ({ nets }))
}

function selectorOf(set: string): string {
  return `${setLabel} == '${setNameOf(set)}'`
}

/** As few networks as hold exactly these addresses. */
export function printNets(intervals: readonly Interval[], family: Family): readonly string[] {
  const nets: string[] = []
  for (const { from, to } of intervals) {
    for (let at = from; at <= to; ) {
      let bits = 0n
      while (bits < addressBits(family) && at % (2n << bits) === 0n && at + (2n << bits) - 1n <= to) bits++
      // IPv4-mapped addresses are on no wire, and policies do not take them
      if (family === 4 || at >> 32n !== 0xffffn)
        nets.push(`${printAddress({ family, value: at })}/${BigInt(addressBits(family)) - bits}`)
      at += 1n << bits
    }
  }
  return nets
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))
}

/** Neighbours that differ in the family alone, or in the ports of their destination, become one. */
export function joinRules(rules: readonly PlainRule[]): readonly PlainRule[] {
  const joined: PlainRule[] = []
  for (const rule of rules) {
    const last = joined.at(-1)
    const both = last === undefined ? undefined : (joinFamilies(last, rule) ?? joinPorts(last, rule))
    if (both === undefined) joined.push(rule)
    else joined[joined.length - 1] = both
  }
  return joined
}

function joinFamilies(
  { ipVersion: before, ...last }: PlainRule,
  { ipVersion, ...rest }: PlainRule,
): PlainRule | undefined {
  const isPair = ipVersion !== undefined && before !== undefined && ipVersion !== before
  return isPair && sameRule(last, rest) ? { ...rest, ...joinRemarks(last, rest) } : undefined
}

function joinPorts(last: PlainRule, rule: PlainRule): PlainRule | undefined {
  const [before, own] = [portsOf(last), portsOf(rule)]
  if (before === undefined || own === undefined || before.length + own.length > mostPorts) return undefined
  const withPorts = (one: PlainRule, ports: readonly unknown[]): PlainRule => ({
    ...one,
    destination: { ...(one.destination as PlainRule), ports },
  })
  if (!sameRule(withPorts(last, []), withPorts(rule, []))) return undefined
  return { ...withPorts(last, [...new Set([...before, ...own])]), ...joinRemarks(last, rule) }
}

function portsOf({ destination }: PlainRule): readonly unknown[] | undefined {
  const ports = (destination as PlainRule | undefined)?.ports
  return Array.isArray(ports) ? ports : undefined
}

function sameRule({ [remark]: _, ...a }: PlainRule, { [remark]: __, ...b }: PlainRule): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function joinRemarks({ [remark]: a }: PlainRule, { [remark]: b }: PlainRule): PlainRule {
  const lines = [...new Set([a, b].flatMap((text) => (typeof text === 'string' ? text.split('\n') : [])))]
  return lines.length === 0 ? {} : { [remark]: lines.join('\n') }
}
