/** The words nft uses for numbers. We write words where a person knows them; `nft -n` lists numbers; the reader takes both. */

import type { CtState } from './rule.ts'

/** Words of nft's own grammar: all others it looks up in /etc/protocols, which a small host lacks. */
const protocols = new Map([
  ['icmp', 1],
  ['tcp', 6],
  ['udp', 17],
  ['icmpv6', 58],
  ['sctp', 132],
  ['udplite', 136],
])

const ctStates = new Map<string, CtState>([
  ['0x1', 'invalid'],
  ['0x2', 'established'],
  ['0x4', 'related'],
  ['0x8', 'new'],
  ['0x40', 'untracked'],
])

export const priorities: ReadonlyMap<string, number> = new Map([
  ['raw', -300],
  ['mangle', -150],
  ['dstnat', -100],
  ['filter', 0],
  ['security', 50],
  ['srcnat', 100],
])

export const printNames = {
  /** `tcp`, or the number as text. */
  protocol(number: number): string {
    for (const [name, value] of protocols) if (value === number) return name
    return String(number)
  },
}

export const readNames = {
  protocol(word: string): number | undefined {
    // What /etc/protocols calls it, for listings without -n.
    if (word === 'ipv6-icmp') return 58
    return protocols.get(word) ?? (/^\d{1,3}$/.test(word) ? Number(word) : undefined)
  },
  ctState(word: string): CtState | undefined {
    for (const [mask, name] of ctStates) if (word === mask || word === name) return name
    return undefined
  },
}
