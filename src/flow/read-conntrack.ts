/**
 * Reads a line of what `conntrack -L -o extended` prints, one entry (conntrack-tools 1.4.7):
 *
 *   ipv4     2 tcp      6 431999 ESTABLISHED src=10.0.0.5 dst=10.0.0.1 sport=5555 dport=80 src=10.0.0.1 dst=10.0.0.5 sport=80 dport=5555 [ASSURED] mark=0 use=1
 *
 * The first addresses and ports are of the packets of who opened the connection, the second of the answers: they differ
 * from the first ones reversed where addresses are rewritten.
 */

import { readAnyAddress, sameAddress } from '../net/address.ts'
import type { Flow } from './flow.ts'

/** TCP states after which no packet of the connection follows but stray ones. */
const over: ReadonlySet<string> = new Set(['TIME_WAIT', 'CLOSE'])

/** Undefined where it is no entry as we know them. */
export function readConntrackLine(line: string): Flow | undefined {
  const head = /^ipv[46] +\d+ +\S+ +(\d+) +(?:\d+ +)?(?:([A-Z_0-9]+) +)?src=/.exec(line)
  const [original, reply] = line
    .slice(line.indexOf('src='))
    .split(/ (?=src=)/)
    .map(fieldsOf)
  const source = readAnyAddress(original?.get('src') ?? '')
  const destination = readAnyAddress(original?.get('dst') ?? '')
  const answering = readAnyAddress(reply?.get('src') ?? '')
  if (head === null || source === undefined || destination === undefined || answering === undefined) return undefined
  const destinationPort = numberOf(original, 'dport')
  const answeringPort = numberOf(reply, 'sport')
  const isRewritten = !sameAddress(answering, destination) || answeringPort !== destinationPort
  const type = numberOf(original, 'type')
  return {
    protocol: Number(head[1]),
    source,
    destination,
    sourcePort: numberOf(original, 'sport'),
    destinationPort,
    icmp: type === undefined ? undefined : { type, code: numberOf(original, 'code') ?? 0 },
    rewritten: isRewritten ? { destination: answering, destinationPort: answeringPort } : undefined,
    zone: numberOf(reply, 'zone') ?? 0,
    isOver: over.has(head[2] ?? ''),
  }
}

type Fields = ReadonlyMap<string, string>

function fieldsOf(part: string): Fields {
  return new Map([...part.matchAll(/([a-z-]+)=(\S+)/g)].map(([, key = '', value = '']) => [key, value]))
}

function numberOf(fields: Fields | undefined, key: string): number | undefined {
  const value = fields?.get(key)
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined
}
