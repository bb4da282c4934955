/** One rule of a policy or profile: which packets, and what becomes of them. */

import type { Span } from '../diagnostic/source.ts'
import type { Cidr } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'
import type { PortRange } from '../net/port-range.ts'
import type { Selector } from '../selector/selector.ts'
import type { Expiry } from './expiry.ts'

export type Direction = 'ingress' | 'egress'
export type RuleAction = 'Allow' | 'Deny' | 'Log' | 'Pass'

export interface IcmpMatch {
  readonly type: number
  /** Undefined: every code of the type. */
  readonly code: number | undefined
}

/** What a rule asks of one side of a packet. An undefined criterion asks nothing; all others must hold. */
export interface EntityRule {
  readonly nets: readonly Cidr[] | undefined
  readonly notNets: readonly Cidr[] | undefined
  /** Effective: with the namespaces that the rule or its policy asks for (behaviour.md 2.5). */
  readonly selector: Selector | undefined
  readonly notSelector: Selector | undefined
  /** A port matches by number or by name: of a written list, `ports` has the numbers and `namedPorts` the names. */
  readonly ports: readonly PortRange[] | undefined
  readonly namedPorts: readonly string[] | undefined
  readonly notPorts: readonly PortRange[] | undefined
  readonly notNamedPorts: readonly string[] | undefined
}

export interface PolicyRule {
  readonly action: RuleAction
  /** Of the rule itself or implied by the protocol's name (ICMP: 4, ICMPv6: 6); undefined: both families. */
  readonly ipVersion: Family | undefined
  /** IANA protocol number. */
  readonly protocol: number | undefined
  readonly notProtocol: number | undefined
  /** Of ICMP or ICMPv6, as `protocol` says. */
  readonly icmp: IcmpMatch | undefined
  readonly notIcmp: IcmpMatch | undefined
  readonly source: EntityRule
  readonly destination: EntityRule
  /** Of an Allow: from then on it matches nothing. Of the rule itself or its policy, whichever comes first. */
  readonly expires: Expiry | undefined
  /** For people: tickets, owners. */
  readonly annotations: ReadonlyMap<string, string>
  readonly span: Span
}
