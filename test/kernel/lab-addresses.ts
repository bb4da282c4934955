/** Who is where in the lab of the packet tests, and what a probe is. */

/** The last three are workloads of the host, behind cali1, cali2 and cali9. */
export const places = ['outside', 'host', 'inside', 'alpha', 'beta', 'stray'] as const
export type Place = (typeof places)[number]

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
    /** On the host's side of every workload's cable. */
    porch: { place: 'host', v4: '10.65.0.1', v6: '2001:db8:65::1' },
    pc: { place: 'inside', v4: '10.0.0.5', v6: '2001:db8:10::5' },
    guest: { place: 'inside', v4: '10.0.0.9', v6: '2001:db8:10::9' },
    published: { place: 'outside', v4: '192.0.2.200', v6: '2001:db8:200::1' },
    a: { place: 'alpha', v4: '10.65.0.2', v6: '2001:db8:65::2' },
    b: { place: 'beta', v4: '10.65.0.3', v6: '2001:db8:65::3' },
    unknown: { place: 'stray', v4: '10.65.0.9', v6: '2001:db8:65::9' },
    /** Not routed to cali1. */
    spoofer: { place: 'alpha', v4: '10.65.0.77', v6: '2001:db8:65::77' },
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
  /** A packet that gets no answer is waited for only shortly. */
  readonly expected: Fate
}

/** `reject`: the sender is told. */
export type Fate = 'pass' | 'drop' | 'reject'

export function addressOf(name: string, family: 4 | 6): string {
  const known = addresses[name]
  if (known === undefined) throw new Error(`nobody is called ${name}`)
  return family === 4 ? known.v4 : known.v6
}

export function placeOf(name: string): Place {
  return addresses[name]?.place ?? 'host'
}

/** Of these hosts, or of everybody at a place, with their prefix lengths. */
export function ownAddresses(owners: readonly string[] | Place, bits: readonly [number, number]): readonly string[] {
  const isOwn = (name: string, at: Place): boolean =>
    typeof owners === 'string' ? owners === at : owners.includes(name)
  const own = Object.entries(addresses).filter(([name, { place }]) => name !== 'loopback' && isOwn(name, place))
  return own.flatMap(([, { v4, v6 }]) => [`${v4}/${bits[0]}`, `${v6}/${bits[1]}`])
}
