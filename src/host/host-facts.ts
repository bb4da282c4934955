/** What the agent knows of a host: its name and its interfaces. */

import type { Address } from '../net/address.ts'
import type { Cidr } from '../net/cidr.ts'

export interface InterfaceAddress {
  readonly address: Address
  /** The on-link network. */
  readonly network: Cidr
}

export interface HostInterface {
  readonly name: string
  readonly addresses: readonly InterfaceAddress[]
  readonly up: boolean
  /** The bridge or bond it belongs to. */
  readonly master: string | undefined
}

export interface HostFacts {
  readonly node: string
  /** In name order. */
  readonly interfaces: readonly HostInterface[]
}
