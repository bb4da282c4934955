/** Firewalls as they are found, each with the network around its host. */

import { readAddress } from '../../src/net/address.ts'
import { icmpv6, tcp } from '../../src/net/protocol.ts'
import type { Packet } from '../../src/packet/packet.ts'
import type { LabPlan } from '../kernel/injection-lab.ts'
import { routeTo } from '../kernel/lab-plans.ts'
import { firewalldFiles, readSource } from './rulesets.ts'
import type { Subject } from './verdict-lab.ts'

const routerPlan: LabPlan = {
  local: [],
  interfaces: [
    { name: 'eth0', addresses: ['203.0.113.10/24', '2001:db8:a::10/64'], routes: ['default', '::/0'] },
    { name: 'eth1', addresses: ['10.0.0.1/24', 'fd00:1::1/64'], routes: [] },
    { name: 'eth2', addresses: ['10.0.2.1/24', 'fd00:2::1/64'], routes: [] },
  ],
}

const loadNft = (text: string): string => `nft -f - <<'END'\n${text}\nEND`

const withoutTranslation = { stays: '', rewritten: (packet: Packet): Packet => packet }

export const webServer: Subject = {
  name: 'a web server with ufw',
  exports: ['ufw.rules', 'ufw.rules6'],
  facts: 'web-facts.json',
  knowsFacts: true,
  plan: { local: [], interfaces: routerPlan.interfaces.slice(0, 2) },
  load: ['iptables', 'ip6tables']
    .map((tool, at) => `${tool}-nft-restore <<'END'\n${readSource(at === 0 ? 'ufw.rules' : 'ufw.rules6').text}\nEND`)
    .join('\n'),
  unload: 'nft delete table ip filter; nft delete table ip6 filter',
  ...withoutTranslation,
  isListed: (packet) => isBuiltIn(packet) || packet.state === 'invalid',
}

export const firewalldRouter: Subject = {
  name: 'a firewalld router',
  exports: firewalldFiles(),
  facts: 'router-facts.json',
  knowsFacts: true,
  plan: routerPlan,
  load: loadNft(readSource('firewalld/loaded.nft').text),
  unload: 'nft delete table inet firewalld',
  ...withoutTranslation,
  isListed: (packet) => isBuiltIn(packet) || isSentToTheServer(packet) || isFromElsewhere(packet),
}

export const gateway: Subject = {
  name: 'a gateway written by hand, with NAT',
  exports: ['gateway.json'],
  facts: 'router-facts.json',
  knowsFacts: true,
  plan: routerPlan,
  load: loadNft(readSource('gateway.nft').text.replace(/^table ip nat[\s\S]*/m, '')),
  unload: 'nft delete table inet filter',
  stays: loadNft(/^table ip nat[\s\S]*/m.exec(readSource('gateway.nft').text)?.[0] ?? ''),
  rewritten: asPublished,
  isListed: (packet) => isBuiltIn(packet) || isOfUnlistedConnection(packet) || isRatedEcho(packet),
}

/** The servers of the gateway, which the world reaches by the gateway's address. */
const published = new Map([
  [443, '10.0.2.10'],
  [25, '10.0.2.11'],
])

function asPublished(packet: Packet): Packet {
  const { iif, state, protocol, destination, destinationPort } = packet
  const server = readAddress(published.get(destinationPort ?? 0) ?? '')
  if (iif !== 'eth0' || state !== 'new' || protocol !== tcp || destination.family !== 4 || server === undefined)
    return packet
  return { ...packet, destination: server, original: { destination, destinationPort } }
}

/** Messages of a link, and what this host sends without a connection. */
function isBuiltIn({ icmp, protocol, state, iif }: Packet): boolean {
  const type = icmp?.type ?? 0
  const isOfLink = protocol === icmpv6 && ((type >= 130 && type <= 136) || type === 143)
  return isOfLink || (state === 'invalid' && iif === undefined)
}

/** The gateway asks its rules about every packet that it sends. */
function isOfUnlistedConnection({ iif, state }: Packet): boolean {
  return iif === undefined && state !== 'new'
}

/** Allowed at a rate there, and not at all here. */
function isRatedEcho({ icmp, protocol }: Packet): boolean {
  return protocol === icmpv6 && icmp?.type === 128
}

/** IPv6_rpfilter. */
function isFromElsewhere({ iif, source }: Packet): boolean {
  return iif !== undefined && source.family === 6 && routeTo(routerPlan, source) !== iif
}

/** Without address translation in between: the listing says that it meets the same. */
function isSentToTheServer({ destination, destinationPort, protocol }: Packet): boolean {
  return protocol === 6 && destinationPort === 443 && destination.family === 4 && destination.value === 0x0a00020an
}

export const calicoHost: Subject = {
  name: 'a Calico host',
  exports: ['calico.yaml'],
  facts: 'database-facts.json',
  knowsFacts: true,
  plan: {
    local: [],
    interfaces: [
      { name: 'eth0', addresses: ['10.0.0.31/24', 'fd00:1::31/64'], routes: ['default', '::/0'] },
      { name: 'eth1', addresses: ['10.9.0.31/24'], routes: [] },
    ],
  },
  load: '',
  unload: '',
  ...withoutTranslation,
  isListed: () => false,
}
