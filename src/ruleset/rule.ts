/** A rule: matches that must all hold, statements carried out in order, then a verdict. */

import type { Family } from '../net/family.ts'
import type { PortRange } from '../net/port-range.ts'

export interface Rule {
  readonly matches: readonly Match[]
  readonly statements: readonly Statement[]
  /** Undefined: evaluation goes on with the next rule. */
  readonly verdict: Verdict | undefined
  /** Where it comes from; at most 128 bytes of printable ASCII without double quotes. */
  readonly comment: string | undefined
}

export type Match =
  /** Names are sorted; a trailing `*` is a wildcard. Any of them, or with `negated` none. */
  | {
      readonly type: 'interface'
      readonly side: InterfaceSide
      readonly names: readonly string[]
      readonly negated: boolean
    }
  /** The packet came from this host itself: it has no input interface. */
  | { readonly type: 'local-origin' }
  | { readonly type: 'family'; readonly family: Family }
  | { readonly type: 'protocol'; readonly protocols: readonly number[]; readonly negated: boolean }
  | {
      readonly type: 'address'
      readonly side: 'saddr' | 'daddr'
      readonly family: Family
      readonly among: AddressList
      readonly negated: boolean
    }
  /** Ports of the given protocol, which it implies; ranges are canonical. */
  | {
      readonly type: 'port'
      readonly side: 'sport' | 'dport'
      readonly protocol: number
      readonly ranges: readonly PortRange[]
      readonly negated: boolean
    }
  /** Implies ICMP (family 4) or ICMPv6 (6). With a code, both must be equal, or with `negated` not both. */
  | {
      readonly type: 'icmp'
      readonly family: Family
      readonly types: readonly number[]
      /** Only with a single type. */
      readonly code: number | undefined
      readonly negated: boolean
    }
  | { readonly type: 'hop-limit'; readonly value: number }
  | { readonly type: 'ct-state'; readonly states: readonly CtState[] }
  | { readonly type: 'ct-dnat' }
  /** Whether the bit of the packet's mark is set. */
  | { readonly type: 'mark'; readonly bit: number; readonly isSet: boolean }
  /** The destination is an address of this host, or of everybody on a link. */
  | { readonly type: 'local-destination' }
  /** The host's clock stands before this moment: whole seconds since 1970. */
  | { readonly type: 'time'; readonly before: number }
  /** The way back to the source does not lead out of the interface that the packet came in by. */
  | { readonly type: 'spoofed' }
  /** The fields together are in the set, or with `negated` not; ports as in KeyField. */
  | {
      readonly type: 'lookup'
      /** Of the addresses among the fields; undefined when there are none. */
      readonly family: Family | undefined
      readonly fields: readonly KeyField[]
      readonly set: string
      readonly negated: boolean
    }

export type InterfaceSide = 'iifname' | 'oifname'
export type CtState = 'invalid' | 'established' | 'related' | 'new' | 'untracked'

/** Canonical elements written in the rule, or a named set; or one that holds the first addresses of networks of one length. */
export type AddressList =
  | { readonly type: 'literal'; readonly elements: readonly string[] }
  | { readonly type: 'set'; readonly name: string }
  | { readonly type: 'networks'; readonly name: string; readonly prefix: number }

/** A field of a lookup key. Ports are read from the transport header, so the protocol belongs into the same key. */
export type KeyField = 'saddr' | 'daddr' | 'protocol' | 'sport' | 'dport' | InterfaceSide

export type Statement =
  | { readonly type: 'counter'; readonly name: string }
  /** Looks the packet up and counts it by the counter found; a packet that is not in the map ends the rule. */
  | {
      readonly type: 'counter-map'
      /** Of the addresses in the key; undefined when it has none. */
      readonly family: Family | undefined
      readonly fields: readonly KeyField[]
      readonly map: string
    }
  /** Packets above the rate end the rule. */
  | {
      readonly type: 'limit'
      readonly count: number
      readonly per: 'second' | 'minute' | 'hour' | 'day'
      /** Packets; undefined: nft's default of 5. */
      readonly burst: number | undefined
    }
  | { readonly type: 'log'; readonly prefix: string }
  /** Sets or clears one bit of the packet's mark. */
  | { readonly type: 'set-mark' | 'clear-mark'; readonly bit: number }
  /** Keeps connection tracking from the packet. */
  | { readonly type: 'notrack' }
  /** What nft listed and we never write, as text; a rule that has it has nothing else. */
  | { readonly type: 'opaque'; readonly text: string }

export type Verdict =
  | { readonly type: 'accept' | 'drop' | 'return' | 'reject' }
  | { readonly type: 'jump' | 'goto'; readonly chain: string }
  /** The verdict of the map's element for the interface; none when it has none. */
  | { readonly type: 'lookup'; readonly side: InterfaceSide; readonly map: string }

export const accept: Verdict = { type: 'accept' }
export const drop: Verdict = { type: 'drop' }
export const goTo = (chain: string): Verdict => ({ type: 'goto', chain })
export const jump = (chain: string): Verdict => ({ type: 'jump', chain })

/** A rule with what is given; the rest is empty. */
export function makeRule(parts: Partial<Rule>): Rule {
  return { matches: [], statements: [], verdict: undefined, comment: undefined, ...parts }
}
