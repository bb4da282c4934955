/**
 * A small network in private namespaces: the gateway, the Internet, the LAN and a git server, with real sockets in each.
 *
 *   internet: world, management, blocklist ──┐
 *                                          (wire)── eth0 gateway eth1 ── lan: bastion, database, monitoring
 *   forge: git server ───────────────────────┘
 */

import {
  configureNamespace,
  createNamespace,
  inNamespace,
  listNamespaces,
  type Program,
  removeNamespace,
} from '../adapters/namespaces.ts'
import {
  type Addresses,
  bastion,
  blocked,
  database,
  forge,
  gatewayInside,
  gatewayOutside,
  management,
  monitoring,
  world,
} from './addresses.ts'
import { type LabWorker, startLabWorker } from './worker-client.ts'

/** The namespaces of a lab; `wire` is the cable between gateway, Internet and forge. */
type Place = 'wire' | 'gateway' | 'internet' | 'forge' | 'lan'

export interface Lab {
  /** The namespace's full name, as `ip netns exec` wants it. */
  nameOf(place: Place): string
  /** The same program, started in that place. */
  inside(place: Place, program: Program): Program
  readonly gateway: LabWorker
  readonly internet: LabWorker
  readonly lan: LabWorker
  readonly forge: LabWorker
  /** Ends every process in the lab and removes all of it, within seconds. Never throws; twice is fine. */
  close(): Promise<void>
  /** Leaves it standing when this process ends, with its listeners. */
  leave(): Promise<void>
}

const prefix = 'rampart-'

/**
 * Builds the lab, or removes what it had built so far and throws. Nothing outside of the new namespaces is touched: even
 * the cables are made inside.
 *
 * @param worker a program that calls runDemoWorker()
 * @throws HostError namespace-failed, aborted
 */
export async function buildLab(worker: Program, signal: AbortSignal): Promise<Lab> {
  const nameOf = (place: Place) => `${prefix}${process.pid}-${place}`
  const close = async () => {
    await Promise.all(places.map((place) => removeNamespace(nameOf(place))))
  }
  try {
    for (const place of places) await createNamespace(nameOf(place))
    signal.throwIfAborted()
    await configureNamespace(nameOf('wire'), wireCables(nameOf))
    await Promise.all(hosts.map((host) => configureNamespace(nameOf(host.place), host.lines)))
    signal.throwIfAborted()
    const [gateway, internet, lan, forgeWorker] = await Promise.all([
      startLabWorker(nameOf('gateway'), worker, signal),
      startLabWorker(nameOf('internet'), worker, signal),
      startLabWorker(nameOf('lan'), worker, signal),
      startLabWorker(nameOf('forge'), worker, signal),
    ])
    const inside = (place: Place, program: Program) => inNamespace(nameOf(place), program)
    const leave = async () => {
      for (const helper of [gateway, internet, lan, forgeWorker]) await helper.leave()
    }
    return { nameOf, inside, gateway, internet, lan, forge: forgeWorker, close, leave }
  } catch (error) {
    await close()
    throw error
  }
}

/** Removes labs whose process is gone: it was killed before it could clean up. Gives the number of namespaces removed. */
export async function removeAbandonedLabs(): Promise<number> {
  const abandoned = (await listNamespaces()).filter((name) => {
    const pid = /^rampart-(\d+)-(?:wire|gateway|internet|forge|lan)$/.exec(name)?.[1]
    return pid !== undefined && !isRunning(Number(pid))
  })
  await Promise.all(abandoned.map((name) => removeNamespace(name)))
  return abandoned.length
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, as somebody else
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const places: readonly Place[] = ['wire', 'gateway', 'internet', 'forge', 'lan']

function wireCables(nameOf: (place: Place) => string): readonly string[] {
  const plug = (place: Place) => [
    `link add ${place} type veth peer name eth0 netns ${nameOf(place)}`,
    `link set ${place} master bridge up`,
  ]
  return [
    // without a querier snooping may hold back neighbour discovery
    'link add bridge type bridge mcast_snooping 0',
    'link set bridge up',
    ...plug('gateway'),
    ...plug('internet'),
    ...plug('forge'),
    `link add cable type veth peer name eth1 netns ${nameOf('gateway')}`,
    `link set cable netns ${nameOf('lan')} name eth0`,
  ]
}

interface LabHost {
  readonly place: Place
  readonly lines: readonly string[]
}

// Everybody on the wire is everybody's neighbour: a route without a gateway asks for any address by ARP, so that no
// namespace has to forward and no sysctl has to be set.
const wholeWorld = ['route add default dev eth0', 'route add ::/0 dev eth0']

const hosts: readonly LabHost[] = [
  {
    place: 'gateway',
    lines: [
      'link set lo up',
      ...interfaceUp('eth0', [{ at: gatewayOutside, v4Bits: 24, v6Bits: 64 }]),
      ...interfaceUp('eth1', [{ at: gatewayInside, v4Bits: 24, v6Bits: 64 }]),
      ...wholeWorld,
    ],
  },
  {
    place: 'internet',
    lines: ['link set lo up', ...interfaceUp('eth0', [world, management, blocked].map(alone)), ...wholeWorld],
  },
  { place: 'forge', lines: ['link set lo up', ...interfaceUp('eth0', [alone(forge)]), ...wholeWorld] },
  {
    place: 'lan',
    lines: [
      'link set lo up',
      ...interfaceUp(
        'eth0',
        [bastion, database, monitoring].map((at) => ({ at, v4Bits: 24, v6Bits: 64 })),
      ),
    ],
  },
]

interface Assigned {
  readonly at: Addresses
  readonly v4Bits: number
  readonly v6Bits: number
}

function alone(at: Addresses): Assigned {
  return { at, v4Bits: 32, v6Bits: 128 }
}

function interfaceUp(name: string, assigned: readonly Assigned[]): readonly string[] {
  return [
    ...assigned.flatMap(({ at, v4Bits, v6Bits }) => [
      `address add ${at.v4}/${v4Bits} dev ${name}`,
      // nodad: an address that is being checked for duplicates cannot be used for a second
      `address add ${at.v6}/${v6Bits} dev ${name} nodad`,
    ]),
    `link set ${name} up`,
  ]
}
