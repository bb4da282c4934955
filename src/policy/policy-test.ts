/** A policy test: what must be true of the packets of some hosts, whatever the policies say. */

import type { Span } from '../diagnostic/source.ts'
import type { Cidr } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'
import type { ConnectionState } from '../packet/packet.ts'
import type { Selector } from '../selector/selector.ts'
import type { Resource } from './resource.ts'

export interface PolicyTest extends Resource {
  readonly kind: 'PolicyTest'
  readonly hosts: TestedHosts
  /** In the order written. */
  readonly cases: readonly TestCase[]
}

export type TestedHosts =
  | { readonly type: 'named'; readonly hosts: readonly TestedHost[] }
  /** Every host that has a host endpoint with such labels. */
  | { readonly type: 'selected'; readonly selector: Selector; readonly span: Span }

export interface TestedHost {
  readonly node: string
  readonly span: Span
}

export type Expectation = 'allow' | 'deny'

/** Stands for every packet that fits all of it; what is undefined may be anything. */
export interface TestCase {
  /** Unique in its test. */
  readonly name: string
  /** Of its name. */
  readonly span: Span
  /** As of a packet: with only one of them it ends or starts on the host, with both it is forwarded; never neither. */
  readonly iif: string | undefined
  readonly oif: string | undefined
  readonly state: ConnectionState
  readonly source: AddressChoice | undefined
  /** After DNAT. */
  readonly destination: AddressChoice | undefined
  readonly protocols: readonly TestedProtocol[] | undefined
  /** Only where each protocol has ports. */
  readonly sourcePorts: readonly NumberRange[] | undefined
  readonly destinationPorts: readonly NumberRange[] | undefined
  /** Only where each protocol is ICMP of its family. */
  readonly icmpTypes: readonly NumberRange[] | undefined
  readonly icmpCodes: readonly NumberRange[] | undefined
  /** Where the packet was sent before DNAT; undefined: it was not rewritten. */
  readonly original: OriginalChoice | undefined
  readonly expect: Expectation
}

export interface OriginalChoice {
  readonly destination: AddressChoice | undefined
  readonly destinationPorts: readonly NumberRange[] | undefined
}

/** All of these addresses together. */
export interface AddressChoice {
  readonly networks: readonly Cidr[]
  readonly peers: readonly PeerChoice[]
}

/** The addresses that a rule of a global policy with these selectors would match; at least one of them is given. */
export interface PeerChoice {
  /** Effective: with the namespaces that are asked for. */
  readonly selector: Selector | undefined
  readonly notSelector: Selector | undefined
  readonly span: Span
}

export interface TestedProtocol {
  /** IANA number. */
  readonly number: number
  /** Undefined: both. */
  readonly family: Family | undefined
}

export interface NumberRange {
  readonly from: number
  /** Inclusive. */
  readonly to: number
}
