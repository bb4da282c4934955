/** What the packets of a probe are to the host between the networks: one, or two over loopback. */

import type { Packet } from '../../src/packet/packet.ts'
import { readPacket } from '../../src/packet/read-packet.ts'
import { addresses, addressOf, type Place, type Probe } from './lab-addresses.ts'
import type { Scenario } from './packet-policies.ts'

/** What the words of a probe do not say: by scenario and by `from>to type`. */
const circumstances: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a flow is answered although egress is closed': { 'host>world protocol/251': 'state=established' },
  'a flow goes on when its policy is gone': { 'world>host protocol/251': 'state=established' },
  'egress after DNAT, allowed where it leaves': {
    'host>published tcp/80': 'oif=eth1 dst=10.0.0.5 dport=8080 orig-dst=192.0.2.200 orig-dport=80',
  },
  'egress after DNAT, denied where it leaves': {
    'host>published tcp/80': 'oif=eth1 dst=10.0.0.5 dport=8080 orig-dst=192.0.2.200 orig-dport=80',
  },
  'ingress after DNAT sees the port it was sent on to': {
    'world>host tcp/8443': 'dport=443 orig-dport=8443',
    'world>host tcp/80': 'dport=5432 orig-dport=80',
    'world>pc tcp/80': 'oif= dst=203.0.113.10 dport=5432 orig-dst=10.0.0.5 orig-dport=80',
  },
}

/** In the order in which the host meets them. */
export function packetsOf(probe: Probe, { title }: Scenario): readonly Packet[] {
  const transport = transportOf(probe)
  const special = circumstances[title]?.[`${probe.from}>${probe.to} ${transport.name}`] ?? ''
  return waysOf(probe).map((way) => {
    const ends = `src=${addressOf(probe.from, probe.family)} dst=${addressOf(probe.to, probe.family)}`
    const state = stateOf(probe)
    return packetFrom(`${way} ${ends} ${transport.words} state=${state} ${special}`)
  })
}

/** Later words replace earlier ones; one without a value takes the key away. */
function packetFrom(words: string): Packet {
  const given = words
    .split(' ')
    .filter(Boolean)
    .map((word) => word.split('='))
  const merged = Object.entries<string>(Object.fromEntries(given)).filter(([, value]) => value !== '')
  const { packet, faults } = readPacket(merged.map(([key, value]) => `${key}=${value}`))
  if (packet === undefined) throw new Error(faults.join('; '))
  // the sender of raw packets leaves the hop limit to the system
  return { ...packet, hopLimit: 64 }
}

function waysOf({ from, to }: Probe): readonly string[] {
  const [source, destination] = [addresses[from]?.place ?? 'host', addresses[to]?.place ?? 'host']
  if (source === 'host' && destination === 'host') return ['oif=lo', 'iif=lo']
  const [iif, oif] = [cables[source], cables[destination]]
  return [`iif=${iif} oif=${oif}`]
}

const cables: Readonly<Record<Place, string>> = {
  outside: 'eth0',
  inside: 'eth1',
  host: '',
  alpha: 'cali1',
  beta: 'cali2',
  stray: 'cali9',
}

function transportOf({ what, family }: Probe): { readonly name: string; readonly words: string } {
  switch (what.type) {
    case 'tcp':
    case 'udp':
    case 'sctp':
      return { name: `${what.type}/${what.port}`, words: `proto=${what.type} dport=${what.port}` }
    case 'reset':
      return { name: `reset/${what.port}`, words: `proto=tcp dport=${what.port}` }
    case 'icmp':
      return {
        name: 'icmp',
        words: `proto=${family === 4 ? 'icmp' : 'icmpv6'} icmp-type=${what.icmpType} icmp-code=${what.code}`,
      }
    case 'protocol':
      return { name: `protocol/${what.number}`, words: `proto=${what.number}` }
  }
}

/** As connection tracking sees a packet that belongs to no flow. */
function stateOf({ what, family }: Probe): Packet['state'] {
  if (what.type === 'reset') return 'invalid'
  // connection tracking takes either ICMP for its own in both families, and finds this one broken
  if (what.type === 'protocol' && what.number === 58 && family === 4) return 'invalid'
  if (what.type !== 'icmp') return 'new'
  if (family === 6 && [130, 131, 132, 133, 134, 135, 136, 143].includes(what.icmpType)) return 'untracked'
  // requests begin a flow; errors and answers to nothing do not
  return (family === 6 ? [128, 139] : [8, 13, 15, 17]).includes(what.icmpType) ? 'new' : 'invalid'
}
