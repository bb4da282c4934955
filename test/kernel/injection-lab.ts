/**
 * A host all of whose cables end in one other namespace. From there any frame can be made to arrive at the host, and any
 * packet be sent by it. What its firewall lets through is noted last of all and goes no further, so no answer disturbs.
 *
 *   far: eth0, eth1, ..., cali1 (raw frames) --- the same names on the host -> firewall -> noted, dropped
 */

import { spawnSync } from 'node:child_process'
import { inNamespace } from '../../src/adapters/namespaces.ts'
import { printAddress } from '../../src/net/address.ts'
import { hasPorts } from '../../src/net/protocol.ts'
import type { Packet } from '../../src/packet/packet.ts'
import { Namespaces } from '../fakes/kernel.ts'
import { packetBytes } from './frames.ts'
import { mostPackets, noteElements, notingTable, type Sighting, sightingsIn } from './noting-table.ts'
import { sender } from './sender.ts'
import { trackedFlow } from './tracked-flow.ts'

export interface LabPlan {
  readonly interfaces: readonly LabInterface[]
  /** Taken by the host as its own although no interface has them. */
  readonly local: readonly string[]
}

export interface LabInterface {
  readonly name: string
  /** Of the host, with prefix lengths. */
  readonly addresses: readonly string[]
  /** Networks to which packets leave here. */
  readonly routes: readonly string[]
  /** The cable is this one, a port of the bridge `name`. */
  readonly port?: string
}

/** By the packet's place in the list: everywhere it was seen at the end of its way, once or, over loopback, twice. */
export type Sightings = readonly (readonly Sighting[])[]

export class InjectionLab {
  readonly #namespaces = new Namespaces()
  readonly #host = this.#namespaces.add()
  readonly #far = this.#namespaces.add()
  /** By interface of the host: its cable, and its hardware address. */
  readonly #ends = new Map<string, { readonly cable: string; readonly hardware: string }>()

  constructor({ interfaces, local }: LabPlan) {
    const settings = Object.entries(kernelSettings).map(([name, value]) => `echo ${value} > /proc/sys/net/${name}`)
    this.#run(this.#host, ['nft -f -', ...settings].join('\n'), notingTable)
    for (const [at, one] of interfaces.entries()) this.#connect(one, at)
    const routes = interfaces.flatMap(({ name, routes: own }) => own.map((to) => `ip route add ${to} dev ${name}`))
    const taken = local.map((address) => `ip route add local ${address} dev lo`)
    this.#run(this.#host, [...routes, ...taken].join('\n'))
  }

  /**
   * Sends them all past each of the given firewalls in turn. Every packet meets connection tracking as its state says, where
   * that can be: established and related ones belong to a flow that is known before. At most `mostPackets`.
   *
   * @param firewalls nft scripts
   * @throws Error with what a program said, or when a packet did not get as far as the first hook
   */
  carry(packets: readonly Packet[], firewalls: readonly string[]): readonly Sightings[] {
    if (packets.length > mostPackets) throw new Error(`${packets.length} packets at once`)
    const flows = packets.flatMap((packet, at) => trackedFlow(packet, lengthOf(at)) ?? [])
    const track = flows.length === 0 ? '' : `conntrack -R - > /dev/null 2>&1 <<'END'\n${flows.join('\n')}\nEND\n`
    const elements = noteElements(packets.map((packet, at) => ({ length: lengthOf(at), ...treatment(packet) })))
    const output = this.#run(
      this.#host,
      'sh -es',
      firewalls
        .map(
          (firewall) => `nft -f - <<'END'\n${firewall}\n${elements}\nEND
conntrack -F 2> /dev/null
${track}${this.#sending(packets)}
tries=0
until nft -t list counter inet noting met | grep -q 'packets ${packets.length} '; do
  tries=$((tries + 1)); [ $tries -lt 100 ] || { nft -t list counter inet noting met >&2; exit 1; }; sleep 0.02
done
nft -j list set inet noting passed`,
        )
        .join('\n'),
    )
    const lists = output.split('\n').filter((line) => line.startsWith('{'))
    return lists.map((list) => {
      const seen = sightingsIn(list)
      return packets.map((_, at) => seen.filter(({ length }) => length === lengthOf(at)))
    })
  }

  /** Standard output of a line of sh on the host. @throws Error with what it said */
  run(line: string): string {
    return this.#run(this.#host, line)
  }

  remove(): void {
    this.#namespaces.remove()
  }

  #connect({ name, addresses, port }: LabInterface, at: number): void {
    const cable = port ?? name
    const hardware = `02:00:00:00:00:${String(10 + at)}`
    this.#namespaces.connect(
      { namespace: this.#far, name: cable, addresses: [] },
      { namespace: this.#host, name: cable, addresses: [] },
    )
    this.#ends.set(name, { cable, hardware })
    const bridge = `ip link add ${name} type bridge\nip link set ${cable} master ${name}\nip link set ${name} up`
    this.#run(
      this.#host,
      [
        ...(port === undefined ? [] : [bridge]),
        `ip link set ${name} address ${hardware}`,
        ...addresses.map((address) => `ip address add ${address} dev ${name} ${address.includes(':') ? 'nodad' : ''}`),
      ].join('\n'),
    )
  }

  /** Two lists of lines for the sender, one in either namespace. */
  #sending(packets: readonly Packet[]): string {
    const lines = packets.map((packet, at) => {
      const bytes = packetBytes(packet, lengthOf(at)).toString('hex')
      if (packet.iif === undefined || packet.iif === 'lo')
        return { here: true, line: `${printAddress(packet.original?.destination ?? packet.destination)} ${bytes}` }
      const end = this.#ends.get(packet.iif)
      if (end === undefined) throw new Error(`there is no ${packet.iif}`)
      const header = `${end.hardware.replaceAll(':', '')}020000000001`
      const type = packet.source.family === 4 ? '0800' : '86dd'
      return { here: false, line: `${end.cable} ${header}${type}${bytes}` }
    })
    return [true, false]
      .map((here) => ({ here, own: lines.filter((one) => one.here === here).map(({ line }) => line) }))
      .filter(({ own }) => own.length > 0)
      .map(({ here, own }) => {
        const program = `perl -MSocket=:DEFAULT,inet_pton,pack_sockaddr_in6 -e '${sender}'`
        return `${here ? '' : `ip netns exec ${this.#far} `}${program} <<'END'\n${own.join('\n')}\nEND`
      })
      .join('\n')
  }

  #run(namespace: string, line: string, input = ''): string {
    const { program, args } = inNamespace(namespace, { program: 'sh', args: ['-ec', line] })
    const done = spawnSync(program, [...args], { input, encoding: 'utf8', timeout: 10_000, killSignal: 'SIGKILL' })
    if (done.status !== 0) throw new Error(`${line.slice(0, 80)}: ${done.signal ?? done.stderr}`)
    return done.stdout
  }
}

/** Any source address is good, wherever it comes from: what is refused is to be refused by rules. */
const kernelSettings = {
  'ipv4/ip_forward': 1,
  'ipv6/conf/all/forwarding': 1,
  'ipv4/conf/all/rp_filter': 0,
  'ipv4/conf/default/rp_filter': 0,
  'ipv4/conf/all/accept_local': 1,
  'ipv4/conf/all/send_redirects': 0,
  'ipv4/conf/default/send_redirects': 0,
  'ipv6/conf/default/accept_dad': 0,
  // the setting is there as soon as a table asks for connection tracking
  'netfilter/nf_conntrack_checksum': 0,
}

/** Above those of the kernel's own packets, its answers to these ones included. */
const lengthOf = (at: number): number => 600 + at

function treatment(packet: Packet) {
  const { state, protocol, destination, destinationPort, original, icmp } = packet
  const isTracked = state === 'new' || state === 'established' || state === 'related'
  const rewriting = original === undefined || !isTracked ? undefined : destination
  return {
    isUntracked: state === 'untracked' && icmp === undefined,
    destination: rewriting && printAddress(rewriting),
    port: hasPorts(protocol) ? destinationPort : undefined,
  }
}
