/** Counts raw packets where they arrive: they are told apart by their length. */

import type { Place } from './lab-addresses.ts'

/** Above what other traffic has, and each another one. */
const shortest = 600
const mostProbes = 96

/** Of the payload of a probe, in bytes. */
export const probeLength = (at: number): number => shortest + 4 * at

/** On the host what its own firewall (priority 0) has let through, elsewhere what arrives. */
export function receiverTable(place: Place): string {
  const hook = place === 'host' ? 'hook input priority 100' : 'hook prerouting priority -400'
  const numbers = Array.from({ length: mostProbes }, (_, at) => at)
  const counters = numbers.map((at) => `counter p${at} { }`)
  const rules = numbers.flatMap((at) =>
    [20, 40].map(
      (header) =>
        `meta nfproto ${header === 20 ? 'ipv4' : 'ipv6'} meta length ${probeLength(at) + header} counter name "p${at}"`,
    ),
  )
  return `table inet receiver {\n${counters.join('\n')}\nchain arrivals { type filter ${hook}; policy accept;\n${rules.join('\n')}\n}\n}\n`
}

/** Numbers of the probes whose length was seen. @param json of the receiver's counters */
export function probesIn(json: string): ReadonlySet<number> {
  const seen = [...countersIn(json, 'receiver')]
  return new Set(seen.flatMap(([name, packets]) => (packets > 0 ? [Number(name.slice(1))] : [])))
}

/** Packets by counter name. */
export function countersIn(json: string, table: string): ReadonlyMap<string, number> {
  const { nftables } = JSON.parse(json) as {
    readonly nftables: readonly {
      readonly counter?: { readonly name: string; readonly table: string; readonly packets: number }
    }[]
  }
  return new Map(
    nftables.flatMap(({ counter }) => (counter?.table === table ? [[counter.name, counter.packets] as const] : [])),
  )
}
