/** What a packet's fate depends on beside itself and the rules: which addresses are the host's, and which are routed to whom. */

import type { HostFacts } from '../host/host-facts.ts'
import { type Address, sameAddress } from '../net/address.ts'
import type { Packet } from '../packet/packet.ts'
import type { HostView } from '../policy/host-view.ts'

export interface Surroundings {
  readonly isLocal: (address: Address) => boolean
  readonly isSpoofed: (packet: Packet) => boolean
}

/** Loopback and every address of an interface are local; to a workload its own addresses are routed, and IPv6's link-local ones. */
export function surroundingsOf(view: HostView, facts: HostFacts): Surroundings {
  const own = facts.interfaces.flatMap((link) => link.addresses.map(({ address }) => address))
  const workloads = new Map(view.workloads.map(({ workload }) => [workload.interfaceName, workload.addresses]))
  const isWorkload = (name: string): boolean =>
    view.settings.interfacePrefixes.some((prefix) => name.startsWith(prefix))
  return {
    isLocal: (address) => isLoopback(address) || own.some((one) => sameAddress(one, address)),
    isSpoofed({ iif, source }) {
      if (iif === undefined || !isWorkload(iif) || isUnrouted(source)) return false
      return !(workloads.get(iif) ?? []).some((address) => sameAddress(address, source))
    },
  }
}

function isLoopback({ family, value }: Address): boolean {
  return family === 4 ? value >> 24n === 127n : value === 1n
}

/** Without an address yet (duplicate address detection), or link-local: the kernel has a route for those on every interface. */
function isUnrouted({ family, value }: Address): boolean {
  return family === 6 && (value === 0n || value >> 118n === 0x3fan)
}
