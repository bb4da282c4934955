/** The ports that stay open whatever the policies say: of rampart's own, those that the original leaves open to everybody. */

import { remark } from '../document/print-yaml.ts'
import { type Family, families } from '../net/family.ts'
import { tcp, udp } from '../net/protocol.ts'
import { calicoVersion } from '../policy/kinds.ts'
import { allowsWhole } from './box.ts'
import { choose } from './choice.ts'
import type { Match } from './match.ts'
import type { PlacedRule } from './placed-rule.ts'
import type { Document, Place } from './policies.ts'

interface Failsafe {
  readonly protocol: 'TCP' | 'UDP'
  readonly port: number
}

/** behaviour.md FS-10. */
const inbound: readonly Failsafe[] = [
  { protocol: 'TCP', port: 22 },
  { protocol: 'UDP', port: 68 },
  { protocol: 'UDP', port: 546 },
]
const outbound: readonly Failsafe[] = [
  { protocol: 'UDP', port: 53 },
  { protocol: 'TCP', port: 53 },
  { protocol: 'UDP', port: 67 },
  { protocol: 'UDP', port: 547 },
]

const explanation = `Failsafe ports are asked before every policy. Only those stand here that the original firewall leaves open to
everybody, so that nothing opens by the import. Think about a way in for emergencies, such as ssh from one network:
  - {protocol: TCP, port: 22, net: 192.0.2.0/28}`

export function writeFailsafes(
  place: Place,
  lists: { readonly input: readonly PlacedRule[]; readonly output: readonly PlacedRule[] },
): Document {
  const open = (wanted: readonly Failsafe[], rules: readonly PlacedRule[]): readonly object[] =>
    wanted.flatMap((one) => {
      const own = families.filter((family) =>
        place.interfaces.every((name) =>
          isOpen(
            one,
            family,
            rules.filter(({ at }) => at.includes(name)),
          ),
        ),
      )
      if (own.length === 2) return [one]
      return own.map((family) => ({ ...one, net: family === 4 ? '0.0.0.0/0' : '::/0' }))
    })
  return {
    [remark]: explanation,
    apiVersion: calicoVersion,
    kind: 'FelixConfiguration',
    metadata: { name: `node.${place.host}` },
    spec: {
      failsafeInboundHostPorts: open(inbound, lists.input),
      failsafeOutboundHostPorts: open(outbound, lists.output),
    },
  }
}

function isOpen({ protocol, port }: Failsafe, family: Family, rules: readonly PlacedRule[]): boolean {
  const packets: Match = {
    family,
    protocol: choose(protocol === 'TCP' ? tcp : udp),
    destinationPorts: [{ from: BigInt(port), to: BigInt(port) }],
  }
  const list = rules.map(({ rule }) => rule)
  return allowsWhole(list, family, packets)
}
