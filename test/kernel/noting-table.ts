/** A table that notes which packets came to the end of their way: by their length, where, in which state. */

/** More would have lengths that the kernel's answers to others have, too: an ICMPv6 error is 48 bytes longer than its cause. */
export const mostPackets = 48
const lengths = '600-647'

const note = `meta length ${lengths} add @passed { meta length . meta iifname . meta oifname . ct state }`

/** Its first chains come before all others, its last after them; it rewrites destinations where a host's own table would. */
export const notingTable = `table inet noting {
  counter met { }
  set passed { typeof meta length . meta iifname . meta oifname . ct state; flags dynamic; size 4096; }
  set untracked { typeof meta length; }
  map to4 { typeof meta length : ip daddr; }
  map to6 { typeof meta length : ip6 daddr; }
  map to4port { typeof meta length : ip daddr . th dport; }
  map to6port { typeof meta length : ip6 daddr . th dport; }
  chain arriving {
    type filter hook prerouting priority -500;
    iifname != "lo" meta length ${lengths} counter name met
    meta length @untracked notrack
  }
  chain sent {
    type filter hook output priority -500;
    meta length ${lengths} counter name met
    meta length @untracked notrack
  }
  chain rewriting {
    dnat ip to meta length map @to4
    dnat ip6 to meta length map @to6
    meta l4proto { tcp, udp, sctp } dnat ip addr . port to meta length map @to4port
    meta l4proto { tcp, udp, sctp } dnat ip6 addr . port to meta length map @to6port
  }
  chain rewriting-arriving { type nat hook prerouting priority -100; jump rewriting; }
  chain rewriting-sent { type nat hook output priority -100; jump rewriting; }
  chain received { type filter hook input priority 500; ${note} drop; }
  chain leaving {
    type filter hook postrouting priority 500;
    oifname "lo" ${note} accept
    ${note} drop
  }
}
`

export interface Treatment {
  readonly length: number
  readonly isUntracked: boolean
  /** After DNAT. */
  readonly destination: string | undefined
  readonly port: number | undefined
}

/** Commands that make the table forget everything and prepare it for these packets. */
export function noteElements(treatments: readonly Treatment[]): string {
  const untracked = treatments.filter(({ isUntracked }) => isUntracked).map(({ length }) => String(length))
  const rewritten = treatments.flatMap(({ length, destination, port }) => {
    if (destination === undefined) return []
    const map = `${destination.includes(':') ? 'to6' : 'to4'}${port === undefined ? '' : 'port'}`
    return [{ map, element: `${length} : ${destination}${port === undefined ? '' : ` . ${port}`}` }]
  })
  const of = (name: string): readonly string[] =>
    rewritten.filter(({ map }) => map === name).map(({ element }) => element)
  return [
    'reset counter inet noting met',
    'flush set inet noting passed',
    ...[
      { set: 'set', name: 'untracked', elements: untracked },
      ...['to4', 'to6', 'to4port', 'to6port'].map((name) => ({ set: 'map', name, elements: of(name) })),
    ].flatMap(({ set, name, elements }) => [
      `flush ${set} inet noting ${name}`,
      ...(elements.length === 0 ? [] : [`add element inet noting ${name} { ${elements.join(', ')} }`]),
    ]),
  ].join('\n')
}

/** Where a packet was seen for the last time. */
export interface Sighting {
  readonly length: number
  /** Undefined where it began or ended on the host. */
  readonly iif: string | undefined
  readonly oif: string | undefined
  readonly state: string
}

/** @param json of the set `passed` */
export function sightingsIn(json: string): readonly Sighting[] {
  const { nftables } = JSON.parse(json) as {
    readonly nftables: readonly {
      readonly set?: { readonly elem?: readonly { readonly concat: readonly [number, string, string, string] }[] }
    }[]
  }
  return nftables.flatMap(({ set }) =>
    (set?.elem ?? []).map(({ concat: [length, iif, oif, state] }) => ({
      length,
      iif: iif || undefined,
      oif: oif || undefined,
      state,
    })),
  )
}
