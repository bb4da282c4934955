/**
 * Connections to end -> lines for `conntrack -R`, each of which deletes what its filter matches.
 *
 * Each line costs a dump of the whole table, whatever its filter (measured with conntrack-tools 1.4.7 and 10,000 entries:
 * 100 exact deletions 4.0 s, one by port 0.04 to 0.13 s). So many connections are deleted by what they have in common and
 * no other connection of the listing has: the port that was closed, the peer that was banned, the network it is in.
 */

import { addressBits, printAddress } from '../net/address.ts'
import { networkOf, printCidr } from '../net/cidr.ts'
import type { Flow } from './flow.ts'

/** So many are deleted one by one: then nothing that came after the listing can be hit. */
const fewFlows = 8

/** @param all of the same listing, those to end among them */
export function printDeletions(ending: readonly Flow[], all: readonly Flow[]): readonly string[] {
  const lines: string[] = []
  let left = ending
  if (left.length > fewFlows) {
    const ended = new Set(ending)
    const others = all.filter((flow) => !ended.has(flow))
    for (const shape of shapes) {
      const found = commonFilters(shape, left, others)
      lines.push(...found)
      left = left.filter((flow) => !found.has(shape(flow)))
    }
  }
  return [...lines, ...left.map(exactly)].map((filter) => `-D ${filter}`)
}

/** What a connection has in common with others, as words of conntrack(8). */
type Shape = (flow: Flow) => string

/** From what many may have in common to what few have. */
const shapes: readonly Shape[] = [
  words(family, service),
  words(sourceNetwork(1)),
  words(sourceNetwork(2)),
  words(sourceNetwork(3)),
  words(source),
  words(destination),
  words(destination, service),
  words(sourceNetwork(1), service),
  words(sourceNetwork(2), service),
  words(sourceNetwork(3), service),
  words(source, service),
  words(source, destination),
  words(source, destination, service),
]

const exactly: Shape = words(source, destination, service, sourcePort)

/** Filters of the shape that match several connections to end and no others. */
function commonFilters(shape: Shape, ending: readonly Flow[], others: readonly Flow[]): ReadonlySet<string> {
  const counts = new Map<string, number>()
  for (const flow of ending) {
    const filter = shape(flow)
    counts.set(filter, (counts.get(filter) ?? 0) + 1)
  }
  for (const flow of others) counts.delete(shape(flow))
  return new Set([...counts].flatMap(([filter, count]) => (count > 1 ? [filter] : [])))
}

function words(...parts: readonly Shape[]): Shape {
  return (flow) => parts.map((part) => part(flow)).join(' ')
}

function family({ source: { family: number } }: Flow): string {
  return `-f ipv${number}`
}

function source(flow: Flow): string {
  return `-s ${printAddress(flow.source)}`
}

function destination(flow: Flow): string {
  return `-d ${printAddress(flow.destination)}`
}

/** Of IPv4 the first one, two or three bytes; of IPv6 as many times 16 bits and 16 more. */
function sourceNetwork(size: number): Shape {
  return ({ source: address }) => {
    const prefix = address.family === 4 ? 8 * size : 16 * (size + 1)
    return `-s ${printCidr(networkOf(address, Math.min(prefix, addressBits(address.family))))}`
  }
}

const protocolWords: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [33, 'dccp'],
  [58, 'icmpv6'],
  [132, 'sctp'],
  [136, 'udplite'],
])

function service({ protocol, destinationPort, icmp }: Flow): string {
  const word = protocolWords.get(protocol)
  if (word !== undefined && destinationPort !== undefined) return `-p ${word} --dport ${destinationPort}`
  if (word !== undefined && icmp !== undefined) return `-p ${word} --${word}-type ${icmp.type}`
  return `-p ${word ?? protocol}`
}

function sourcePort(flow: Flow): string {
  return protocolWords.has(flow.protocol) && flow.sourcePort !== undefined ? `--sport ${flow.sourcePort}` : ''
}
