/** A connection as tests write it: `tcp 10.0.0.5:5555 10.0.0.1:80`, `icmp 10.0.0.5 10.0.0.1`. */

import type { Flow } from '../../src/flow/flow.ts'
import { readAnyAddress } from '../../src/net/address.ts'

const protocols: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17 }

/** @param more what the text cannot say */
export function flowOf(text: string, more: Partial<Flow> = {}): Flow {
  const [word = '', from = '', to = ''] = text.split(' ')
  const [source, destination] = [endOf(from), endOf(to)]
  return {
    protocol: protocols[word] ?? Number(word),
    source: source.address,
    destination: destination.address,
    sourcePort: source.port,
    destinationPort: destination.port,
    icmp: word === 'icmp' ? { type: 8, code: 0 } : undefined,
    rewritten: undefined,
    zone: 0,
    isOver: false,
    ...more,
  }
}

/** `10.0.0.1:80`, `[fd00::1]:80`, or an address alone. */
export function endOf(text: string) {
  const [, six, four, port] = /^(?:\[(.+)\]|([^[\]]+?))(?::(\d+))?$/.exec(text) ?? []
  const address = readAnyAddress(six ?? four ?? '')
  if (address === undefined) throw new Error(`${text} is no end of a connection`)
  return { address, port: port === undefined ? undefined : Number(port) }
}
