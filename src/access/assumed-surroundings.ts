/** What sets of packets take for granted about a host, said of one packet, so that the compiled table can be asked on the same terms. */

import type { Address } from '../net/address.ts'
import type { Packet } from '../packet/packet.ts'
import type { HostView } from '../policy/host-view.ts'
import { isOwnSource } from '../policy/own-sources.ts'

interface Surroundings {
  readonly isLocal: (address: Address) => boolean
  readonly isSpoofed: (packet: Packet) => boolean
}

/** What ends here or is rewritten was sent to this host; a workload's addresses are its routes. */
export function assumedSurroundings(
  { workloads }: Pick<HostView, 'workloads'>,
  { oif, original }: Packet,
): Surroundings {
  return {
    isLocal: () => oif === undefined || original !== undefined,
    isSpoofed: ({ iif, ...ends }) => {
      const own = workloads.find(({ workload }) => workload.interfaceName === iif)?.workload.addresses ?? []
      return !isOwnSource(own, ends)
    },
  }
}
