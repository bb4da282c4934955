/**
 * A host with two interfaces between two networks and three workloads, each in a namespace of its own, and probes with
 * real packets.
 *
 *   outside (the Internet) --- eth0 host eth1 --- inside (the LAN)
 *                                    cali1, cali2, cali9 --- alpha, beta, stray
 */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { inNamespace } from '../../src/adapters/namespaces.ts'
import { type LabWorker, startLabWorker } from '../../src/demo/worker-client.ts'
import { Namespaces } from '../fakes/kernel.ts'
import {
  addresses,
  addressOf,
  type Fate,
  ownAddresses,
  type Place,
  type Probe,
  placeOf,
  places,
} from './lab-addresses.ts'
import { countersIn, probeLength, probesIn, receiverTable } from './probe-counters.ts'
import { datagram, icmpMessage, type RawPacket, sctpInit, sendRaw, strayReset } from './raw-packets.ts'

const listening = { tcp: [22, 53, 80, 443, 2222, 5432, 8080, 9090, 11211], udp: [22, 53, 80, 123, 1001, 1002, 4000] }
const silenceMs = 300
const patienceMs = 5000

/** Each with its name and its cable on the host. */
const workloads = [
  { place: 'alpha', name: 'a', cable: 'cali1' },
  { place: 'beta', name: 'b', cable: 'cali2' },
  { place: 'stray', name: 'unknown', cable: 'cali9' },
] as const

export class PacketLab {
  readonly #namespaces = new Namespaces()
  readonly #names: Readonly<Record<Place, string>>
  readonly #ends = new AbortController()
  #workers: Readonly<Record<Place, LabWorker>> | undefined

  constructor() {
    const names = byPlace(() => this.#namespaces.add())
    this.#names = names
    const end = (place: Place, name: string, own: readonly string[]) => ({
      namespace: names[place],
      name,
      addresses: own,
    })
    this.#namespaces.connect(
      end('outside', 'eth0', ownAddresses('outside', [32, 128])),
      end('host', 'eth0', ownAddresses(['host', 'second'], [24, 64])),
    )
    this.#namespaces.connect(
      end('inside', 'eth0', ownAddresses('inside', [24, 64])),
      end('host', 'eth1', ownAddresses(['router'], [24, 64])),
    )
    for (const { place, cable } of workloads) {
      const own = ownAddresses(place, [32, 128])
      this.#namespaces.connect(end(place, 'eth0', own), end('host', cable, ownAddresses(['porch'], [32, 128])))
    }
    this.#route()
    for (const place of places) this.run(place, 'nft -f -', receiverTable(place))
  }

  async start(): Promise<void> {
    const worker = {
      program: process.execPath,
      args: ['--import', 'tsx', join(import.meta.dirname, '../demo/lab-worker.ts')],
    }
    const started = places.map(
      async (place) => [place, await startLabWorker(this.#names[place], worker, this.#ends.signal)] as const,
    )
    const workers = new Map(await Promise.all(started))
    this.#workers = byPlace((place) => {
      const one = workers.get(place)
      if (one === undefined) throw new Error(`nobody works in ${place}`)
      return one
    })
    await Promise.all([...workers.values()].map((one) => one.listen(listening)))
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
  async probe(probes: readonly Probe[]): Promise<readonly Fate[]> {
    const raw = probes.map((one, at) => ({ one, at, length: probeLength(at) })).filter(({ one }) => !isSocket(one))
    const ends = [...new Set(raw.map(({ one }) => placeOf(one.to)))]
    for (const place of ends) this.run(place, 'nft reset counters table inet receiver > /dev/null')
    const [answers] = await Promise.all([Promise.all(probes.map((one) => this.#connect(one))), this.#send(raw)])
    if (raw.length > 0) await this.#settle(raw)
    const arrived = new Map(ends.map((place) => [place, this.#arrived(place)]))
    return probes.map((one, at) => answers[at] ?? (arrived.get(placeOf(one.to))?.has(at) ? 'pass' : 'drop'))
  }

  /** Packets by counter name. */
  counters(): ReadonlyMap<string, number> {
    return countersIn(this.run('host', 'nft -j -t list ruleset'), 'rampart')
  }

  remove(): void {
    this.#ends.abort()
    this.#namespaces.remove()
  }

  /** Whoever is asked for any address on a cable answers only for its own, so a route without a gateway reaches all. */
  #route(): void {
    const [host, router, porch] = ['host', 'router', 'porch']
    const behind = [
      ['10.0.0.0/24', '2001:db8:10::/64'],
      ['10.65.0.0/24', '2001:db8:65::/64'],
    ] as const
    this.run('outside', `${behind.map((ends) => via(host, ends)).join('; ')}; ${wire('eth0')}`)
    this.run('inside', via(router, ['default', '::/0']))
    for (const { place } of workloads) this.run(place, via(porch, ['default', '::/0']))
    const own = workloads.map(({ name, cable }) => {
      const { v4, v6 } = addresses[name] ?? { v4: '', v6: '' }
      return `ip route add ${v4}/32 dev ${cable}; ip -6 route add ${v6}/128 dev ${cable}`
    })
    this.run(
      'host',
      `${own.join('; ')}; ${wire('eth0')}; echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding`,
    )
  }

  /** Everybody meets everybody once: a raw packet is not sent again when its way is still being asked for. */
  async #warmUp(): Promise<void> {
    const ends = [
      ['world', 'pc'],
      ['guest', 'host'],
      ['host', 'world'],
      ['host', 'pc'],
      ...['manager', 'bad', 'partner'].map((name) => [name, 'second'] as const),
      ...workloads.flatMap(({ name }) => [[name, 'world'] as const, ['pc', name] as const, [name, 'porch'] as const]),
    ] as const
    const probes = ends.flatMap(([from, to]) =>
      ([4, 6] as const).map(
        (family): Probe => ({ from, to, family, what: { type: 'tcp', port: 80 }, expected: 'pass' }),
      ),
    )
    const lost = (await Promise.all(probes.map((one) => this.#connect(one)))).filter((verdict) => verdict !== 'pass')
    if (lost.length > 0) throw new Error(`${lost.length} of ${probes.length} ways through the lab do not work`)
  }

  async #connect(probe: Probe): Promise<Fate | undefined> {
    if (!isSocket(probe) || !('port' in probe.what)) return undefined
    const worker = this.#workers?.[placeOf(probe.from)]
    const outcome = await worker?.probe({
      protocol: probe.what.type === 'tcp' ? 'tcp' : 'udp',
      port: probe.what.port,
      from: addressOf(probe.from, probe.family),
      to: addressOf(probe.to, probe.family),
      timeoutMs: probe.expected === 'drop' ? silenceMs : patienceMs,
    })
    // where nobody listens, the system itself refuses what has arrived
    if (outcome === 'refused') return listening.tcp.includes(probe.what.port) ? 'reject' : 'pass'
    return outcome === 'open' ? 'pass' : 'drop'
  }

  async #send(raw: readonly { readonly one: Probe; readonly length: number }[]): Promise<void> {
    for (const place of places) {
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
    return probesIn(this.run(place, 'nft -j list counters table inet receiver'))
  }
}

function byPlace<T>(make: (place: Place) => T): Readonly<Record<Place, T>> {
  const [outside, host, inside] = [make('outside'), make('host'), make('inside')]
  return { outside, host, inside, alpha: make('alpha'), beta: make('beta'), stray: make('stray') }
}

/** A server that listens on all addresses answers a datagram over IPv6 from any of them, so those are only counted. */
const isSocket = ({ what, family }: Probe): boolean => what.type === 'tcp' || (what.type === 'udp' && family === 4)

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

const wire = (name: string): string => `ip route add default dev ${name}; ip -6 route add default dev ${name}`

function via(gateway: string, [to4, to6]: readonly [string, string]): string {
  const [v4, v6] = [addressOf(gateway, 4), addressOf(gateway, 6)]
  return `ip route add ${to4} via ${v4} dev eth0 onlink; ip -6 route add ${to6} via ${v6} dev eth0 onlink`
}
