/** Which connections to and from the gateway are tried, and which of them policies/ lets through. */

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
import type { Lab } from './lab.ts'
import type { Cell } from './narrator.ts'
import type { Probe, ProbeOutcome } from './worker-protocol.ts'

export interface Door {
  /** Who knocks, where, for people. */
  readonly who: string
  readonly what: string
  readonly at: 'internet' | 'lan' | 'gateway'
  readonly from: Addresses
  readonly to: Addresses
  readonly protocol: Probe['protocol']
  readonly port: number
  readonly expect: 'open' | 'closed'
}

/** What the gateway answers on when no firewall is there; some of it by accident, as on real hosts. */
export const gatewayPorts = { tcp: [22, 53, 443, 5432, 9100], udp: [53] }
/** What somebody on the Internet answers on. */
export const worldPorts = { tcp: [443], udp: [] }

const fromWorld = { who: 'the world', at: 'internet', from: world, to: gatewayOutside } as const
const fromDatabase = { who: 'db-1', at: 'lan', from: database, to: gatewayInside } as const

export const portal: Door = {
  ...fromWorld,
  what: 'customer portal, tcp 443',
  protocol: 'tcp',
  port: 443,
  expect: 'closed',
}
export const worldSsh: Door = { ...fromWorld, what: 'ssh, tcp 22', protocol: 'tcp', port: 22, expect: 'closed' }

export const doors: readonly Door[] = [
  worldSsh,
  portal,
  { ...fromWorld, what: 'a forgotten test database, tcp 5432', protocol: 'tcp', port: 5432, expect: 'closed' },
  { ...fromWorld, what: 'ping', protocol: 'ping', port: 0, expect: 'open' },
  { ...fromWorld, who: 'the blocklist', from: blocked, what: 'ping', protocol: 'ping', port: 0, expect: 'closed' },
  {
    ...fromWorld,
    who: 'management network',
    from: management,
    what: 'ssh, tcp 22 (failsafe)',
    protocol: 'tcp',
    port: 22,
    expect: 'open',
  },
  { ...fromDatabase, who: 'bastion-1', from: bastion, what: 'ssh, tcp 22', protocol: 'tcp', port: 22, expect: 'open' },
  { ...fromDatabase, what: 'ssh, tcp 22', protocol: 'tcp', port: 22, expect: 'closed' },
  { ...fromDatabase, what: 'names, udp 53', protocol: 'udp', port: 53, expect: 'open' },
  { ...fromDatabase, what: 'metrics, tcp 9100', protocol: 'tcp', port: 9100, expect: 'closed' },
  {
    ...fromDatabase,
    who: 'monitoring',
    from: monitoring,
    what: 'metrics, tcp 9100',
    protocol: 'tcp',
    port: 9100,
    expect: 'open',
  },
  {
    who: 'gw-1 itself',
    at: 'gateway',
    from: gatewayOutside,
    to: world,
    what: 'any web site, tcp 443',
    protocol: 'tcp',
    port: 443,
    expect: 'closed',
  },
  {
    who: 'gw-1 itself',
    at: 'gateway',
    from: gatewayOutside,
    to: forge,
    what: 'the git server, tcp 443',
    protocol: 'tcp',
    port: 443,
    expect: 'open',
  },
]

export const doorHeads: readonly string[] = ['who', 'reaches', 'IPv4', 'IPv6']

/** Knocks at all of them at once, in both families. A row for each that can be tried here. */
export async function tryDoors(lab: Lab, tried: readonly Door[]): Promise<readonly (readonly Cell[])[]> {
  const rows = await Promise.all(
    tried.map(async (door) => {
      const outcomes = await Promise.all([tryDoor(lab, door, 'v4'), tryDoor(lab, door, 'v6')])
      if (outcomes.includes('unknown')) return undefined
      return [door.who, door.what, ...outcomes.map((outcome) => judge(outcome, door.expect))]
    }),
  )
  return rows.filter((row) => row !== undefined)
}

/** Local packets need well under a millisecond; the rest is for a busy machine. */
const silenceMs = 400

function tryDoor(lab: Lab, door: Door, family: 'v4' | 'v6'): Promise<ProbeOutcome> {
  return lab[door.at].probe(probeOf(door, family, silenceMs))
}

export function probeOf(door: Door, family: 'v4' | 'v6', timeoutMs: number): Probe {
  return { protocol: door.protocol, from: door.from[family], to: door.to[family], port: door.port, timeoutMs }
}

function judge(outcome: ProbeOutcome, expect: Door['expect']): Cell {
  const text = outcome === 'silent' ? 'closed' : outcome
  return { holds: text === expect, text }
}
