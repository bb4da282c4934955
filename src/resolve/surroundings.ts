/** What a packet's fate depends on beside itself and the rules: which addresses are the host's, and which are routed to whom. */

import type { HostFacts } from '../host/host-facts.ts'
import { type Address, sameAddress } from '../net/address.ts'
import { cidrInterval } from '../net/cidr.ts'
import type { Packet } from '../packet/packet.ts'
import type { HostView } from '../policy/host-view.ts'
import { isOwnSource } from '../policy/own-sources.ts'

export interface Surroundings {
  /** Of the host itself, or of everybody on a link: nothing that it would pass on. */
  readonly isLocal: (address: Address) => boolean
  readonly isSpoofed: (packet: Packet) => boolean
}

/** Of the host view. */
export interface Neighbours {
  readonly workloads: HostView['workloads']
  readonly settings: Pick<HostView['settings'], 'interfacePrefixes'>
}

/** Loopback and every address of an interface are local; to a workload its own addresses are routed. */
export function surroundingsOf(view: Neighbours, facts: HostFacts): Surroundings {
  const own = facts.interfaces.flatMap((link) => link.addresses.map(({ address }) => address))
  const workloads = new Map(view.workloads.map(({ workload }) => [workload.interfaceName, workload.addresses]))
  const isWorkload = (name: string): boolean =>
    view.settings.interfacePrefixes.some((prefix) => name.startsWith(prefix))
  return {
    isLocal: (address) =>
      isLoopback(address) || isBroadcast(address, facts) || own.some((one) => sameAddress(one, address)),
    isSpoofed({ iif, source, destination, original }) {
      if (iif === undefined || !isWorkload(iif)) return false
      return !isOwnSource(workloads.get(iif) ?? [], { source, destination: original?.destination ?? destination })
    },
  }
}

function isLoopback({ family, value }: Address): boolean {
  return family === 4 ? value >> 24n === 127n : value === 1n
}

function isBroadcast({ family, value }: Address, { interfaces }: HostFacts): boolean {
  if (family === 6) return false
  const networks = interfaces.flatMap((link) => link.addresses.map(({ network }) => network))
  const isLast = networks.some((net) => net.family === 4 && net.prefix < 31 && cidrInterval(net).to === value)
  return value === 0xffffffffn || isLast
}
