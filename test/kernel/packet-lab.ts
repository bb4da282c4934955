/**
 * A host with two interfaces between two networks, each in a namespace of its own, and probes with real packets.
 *
 *   outside (the Internet) --- eth0 host eth1 --- inside (the LAN)
 */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { inNamespace } from '../../src/adapters/namespaces.ts'
import { type LabWorker, startLabWorker } from '../../src/demo/worker-client.ts'
import { Namespaces } from '../fakes/kernel.ts'
import { datagram, icmpMessage, type RawPacket, sctpInit, sendRaw, strayReset } from './raw-packets.ts'

export type Place = 'outside' | 'host' | 'inside'

/** By name: where it is, and its IPv4 and IPv6 address. */
export const addresses: Readonly<Record<string, { readonly place: Place; readonly v4: string; readonly v6: string }>> =
  {
    world: { place: 'outside', v4: '198.51.100.7', v6: '2001:db8:7::7' },
    manager: { place: 'outside', v4: '192.0.2.5', v6: '2001:db8:5::5' },
    bad: { place: 'outside', v4: '192.0.2.66', v6: '2001:db8:66::66' },
    partner: { place: 'outside', v4: '192.0.2.67', v6: '2001:db8:66::67' },
    host: { place: 'host', v4: '203.0.113.10', v6: '2001:db8:113::10' },
    second: { place: 'host', v4: '203.0.113.11', v6: '2001:db8:113::11' },
    router: { place: 'host', v4: '10.0.0.1', v6: '2001:db8:10::1' },
    loopback: { place: 'host', v4: '127.0.0.1', v6: '::1' },
    pc: { place: 'inside', v4: '10.0.0.5', v6: '2001:db8:10::5' },
    guest: { place: 'inside', v4: '10.0.0.9', v6: '2001:db8:10::9' },
    published: { place: 'outside', v4: '192.0.2.200', v6: '2001:db8:200::1' },
  }

export interface Probe {
  /** Names of addresses. */
  readonly from: string
  readonly to: string
  readonly family: 4 | 6
  readonly what:
    | { readonly type: 'tcp' | 'udp' | 'sctp' | 'reset'; readonly port: number }
    | { readonly type: 'icmp'; readonly icmpType: number; readonly code: number }
    | { readonly type: 'protocol'; readonly number: number }
  /** A dropped packet is waited for only shortly. */
  readonly expected: 'pass' | 'drop'
}

const listening = { tcp: [22, 53, 80, 443, 5432, 8080], udp: [22, 53, 80, 123, 1001, 1002, 4000] }
const silenceMs = 300
const patienceMs = 5000

export class PacketLab {
  readonly #namespaces = new Namespaces()
  readonly #names: Readonly<Record<Place, string>>
  readonly #ends = new AbortController()
  #workers: Readonly<Record<Place, LabWorker>> | undefined

  constructor() {
    const names = { outside: this.#namespaces.add(), host: this.#namespaces.add(), inside: this.#namespaces.add() }
    this.#names = names
    this.#namespaces.connect(end(names.outside, 'eth0', 'outside'), end(names.host, 'eth0', ['host', 'second']))
    this.#namespaces.connect(end(names.inside, 'eth0', 'inside'), end(names.host, 'eth1', ['router']))
    // whoever is asked for any address on a cable answers only for its own, so a route without a gateway reaches all
    this.run(
      'outside',
      `${routes('203.0.113.10', '2001:db8:113::10', ['10.0.0.0/24', '2001:db8:10::/64'])}; ${wire('eth0')}`,
    )
    this.run('inside', `${routes('10.0.0.1', '2001:db8:10::1', ['default', '::/0'])}`)
    this.run(
      'host',
      `${wire('eth0')}; echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding`,
    )
    for (const place of ['outside', 'host', 'inside'] as const) this.run(place, 'nft -f -', receiver(place))
  }

  async start(): Promise<void> {
    const worker = {
      program: process.execPath,
      args: ['--import', 'tsx', join(import.meta.dirname, '../demo/lab-worker.ts')],
    }
    const start = (place: Place) => startLabWorker(this.#names[place], worker, this.#ends.signal)
    const [outside, host, inside] = await Promise.all([start('outside'), start('host'), start('inside')])
    this.#workers = { outside, host, inside }
    await Promise.all([outside, host, inside].map((one) => one.listen(listening)))
    await this.#warmUp()
  }

  /** @throws Error with what the shell said */
  run(place: Place, line: string, input = ''): string {
    const { program, args } = inNamespace(this.#names[place], { program: 'sh', args: ['-ec', line] })
    const done = spawnSync(program, [...args], { input, encoding: 'utf8', timeout: 10_000, killSignal: 'SIGKILL' })
    if (done.status !== 0) throw new Error(`${place}: ${line}: ${done.stderr}`)
    return done.stdout
  }

  /** All of them side by side; `pass` when the packet arrived and, where sockets are used, an answer came back. */
  async probe(probes: readonly Probe[]): Promise<readonly ('pass' | 'drop')[]> {
    for (const place of ['outside', 'host', 'inside'] as const)
      this.run(place, 'nft reset counters table inet receiver > /dev/null')
    const raw = probes.map((one, at) => ({ one, at, length: shortest + 4 * at })).filter(({ one }) => !isSocket(one))
    const [answers] = await Promise.all([Promise.all(probes.map((one) => this.#connect(one))), this.#send(raw)])
    if (raw.length > 0) await this.#settle(raw)
    const arrived = { outside: this.#arrived('outside'), host: this.#arrived('host'), inside: this.#arrived('inside') }
    return probes.map((one, at) => answers[at] ?? (arrived[placeOf(one.to)].has(at) ? 'pass' : 'drop'))
  }

  /** Packets by counter name. */
  counters(): ReadonlyMap<string, number> {
    return countersIn(this.run('host', 'nft -j -t list ruleset'), 'rampart')
  }

  remove(): void {
    this.#ends.abort()
    this.#namespaces.remove()
  }

  /** Everybody meets everybody once: a raw packet is not sent again when its way is still being asked for. */
  async #warmUp(): Promise<void> {
    const ends = [
      ['world', 'pc'],
      ['guest', 'host'],
      ['host', 'world'],
      ['host', 'pc'],
      ...['manager', 'bad', 'partner'].map((name) => [name, 'second'] as const),
    ] as const
    const probes = ends.flatMap(([from, to]) =>
      ([4, 6] as const).map(
        (family): Probe => ({ from, to, family, what: { type: 'tcp', port: 80 }, expected: 'pass' }),
      ),
    )
    const lost = (await Promise.all(probes.map((one) => this.#connect(one)))).filter((verdict) => verdict !== 'pass')
    if (lost.length > 0) throw new Error(`${lost.length} of ${probes.length} ways through the lab do not work`)
  }

  async #connect(probe: Probe): Promise<'pass' | 'drop' | undefined> {
    if (!isSocket(probe) || !('port' in probe.what)) return undefined
    const worker = this.#workers?.[placeOf(probe.from)]
    const outcome = await worker?.probe({
      protocol: probe.what.type === 'tcp' ? 'tcp' : 'udp',
      port: probe.what.port,
      from: addressOf(probe.from, probe.family),
      to: addressOf(probe.to, probe.family),
      timeoutMs: probe.expected === 'pass' ? patienceMs : silenceMs,
    })
    return outcome === 'open' || outcome === 'refused' ? 'pass' : 'drop'
  }

  async #send(raw: readonly { readonly one: Probe; readonly length: number }[]): Promise<void> {
    for (const place of ['outside', 'host', 'inside'] as const) {
      const own = raw.filter(({ one }) => placeOf(one.from) === place)
      if (own.length > 0)
        await sendRaw(
          this.#names[place],
          own.map(({ one, length }) => packetOf(one, length)),
        )
    }
  }

  /** Waits until what should arrive has arrived, and what should not has had its time. */
  async #settle(raw: readonly { readonly one: Probe; readonly at: number }[]): Promise<void> {
    const due = raw.filter(({ one }) => one.expected === 'pass')
    for (let tries = 0; tries < 100; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      if (due.every(({ one, at }) => this.#arrived(placeOf(one.to)).has(at))) return
    }
  }

  /** Numbers of the probes whose length was seen. */
  #arrived(place: Place): ReadonlySet<number> {
    const seen = [...countersIn(this.run(place, 'nft -j list counters table inet receiver'), 'receiver')]
    return new Set(seen.flatMap(([name, packets]) => (packets > 0 ? [Number(name.slice(1))] : [])))
  }
}

export function addressOf(name: string, family: 4 | 6): string {
  const known = addresses[name]
  if (known === undefined) throw new Error(`nobody is called ${name}`)
  return family === 4 ? known.v4 : known.v6
}

function placeOf(name: string): Place {
  return addresses[name]?.place ?? 'host'
}

/** A server that listens on all addresses answers a datagram over IPv6 from any of them, so those are only counted. */
const isSocket = ({ what, family }: Probe): boolean => what.type === 'tcp' || (what.type === 'udp' && family === 4)

/** Raw packets are told apart by their length: above what other traffic has, and each another one. */
const shortest = 600
const mostProbes = 64

function packetOf({ from, to, family, what }: Probe, length: number): RawPacket {
  const ends = { from: addressOf(from, family), to: addressOf(to, family) }
  switch (what.type) {
    case 'icmp':
      return { ...ends, protocol: family === 4 ? 1 : 58, payload: icmpMessage(what.icmpType, what.code, length) }
    case 'sctp':
      return { ...ends, protocol: 132, payload: sctpInit(what.port, length) }
    case 'reset':
      return { ...ends, protocol: 6, payload: strayReset({ ...ends, port: what.port, length }) }
    case 'protocol':
      return { ...ends, protocol: what.number, payload: Buffer.alloc(length) }
    case 'udp':
      return { ...ends, protocol: 17, payload: datagram({ ...ends, port: what.port, length }) }
    case 'tcp':
      throw new Error('tcp goes through a socket')
  }
}

/** Counts raw packets by length: on the host what its own firewall (priority 0) has let through, elsewhere what arrives. */
function receiver(place: Place): string {
  const hook = place === 'host' ? 'hook input priority 100' : 'hook prerouting priority -400'
  const numbers = Array.from({ length: mostProbes }, (_, at) => at)
  const counters = numbers.map((at) => `counter p${at} { }`)
  const rules = numbers.flatMap((at) =>
    [20, 40].map(
      (header) =>
        `meta nfproto ${header === 20 ? 'ipv4' : 'ipv6'} meta length ${shortest + 4 * at + header} counter name "p${at}"`,
    ),
  )
  return `table inet receiver {\n${counters.join('\n')}\nchain arrivals { type filter ${hook}; policy accept;\n${rules.join('\n')}\n}\n}\n`
}

function countersIn(json: string, table: string): ReadonlyMap<string, number> {
  const { nftables } = JSON.parse(json) as {
    readonly nftables: readonly {
      readonly counter?: { readonly name: string; readonly table: string; readonly packets: number }
    }[]
  }
  return new Map(
    nftables.flatMap(({ counter }) => (counter?.table === table ? [[counter.name, counter.packets] as const] : [])),
  )
}

/** With the addresses of these hosts, or of a whole place. */
function end(namespace: string, name: string, owners: readonly string[] | Place) {
  const isOwn = (host: string, at: Place): boolean =>
    typeof owners === 'string' ? owners === at : owners.includes(host)
  const known = Object.entries(addresses).filter(([host, { place }]) => isOwn(host, place))
  const own = known.flatMap(([host, { v4, v6 }]) => {
    const [bits, bits6] = owners === 'outside' ? [32, 128] : [24, 64]
    return host === 'loopback' ? [] : [`${v4}/${bits}`, `${v6}/${bits6}`]
  })
  return { namespace, name, addresses: own }
}

const wire = (name: string): string => `ip route add default dev ${name}; ip -6 route add default dev ${name}`

function routes(v4: string, v6: string, [to4 = '', to6 = '']: readonly string[]): string {
  const dev = 'dev eth0'
  return `ip route add ${to4} via ${v4} ${dev} onlink; ip -6 route add ${to6} via ${v6} ${dev} onlink`
}
