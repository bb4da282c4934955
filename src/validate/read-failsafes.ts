/** Reads the ports that stay open whatever policy says (behaviour.md FS-9). */

import { nearestName } from '../diagnostic/nearest-name.ts'
import { sctp, tcp, udp } from '../net/protocol.ts'
import type { Failsafe } from '../policy/felix-configuration.ts'
import type { FelixConfigurationDocument } from '../schema/felix-configuration.ts'
import { readStrictCidr } from './read-nets.ts'
import type { Subject } from './subject.ts'

type FailsafeDocument = NonNullable<FelixConfigurationDocument['spec']['failsafeInboundHostPorts']>[number]

/** Empty: no port is. */
export function readFailsafes(
  subject: Subject<FelixConfigurationDocument>,
  field: 'failsafeInboundHostPorts' | 'failsafeOutboundHostPorts',
): readonly Failsafe[] | undefined {
  const entries = subject.value.spec[field]
  if (!Array.isArray(entries)) return undefined
  return entries.flatMap((entry: FailsafeDocument, index: number) => {
    const at = ['spec', field, index]
    return subject.isSound(at) ? [readFailsafe(subject, at, entry)] : []
  })
}

const protocols: ReadonlyMap<string, number> = new Map([
  ['TCP', tcp],
  ['UDP', udp],
  ['SCTP', sctp],
])

function readFailsafe(subject: Subject<unknown>, at: readonly (string | number)[], entry: FailsafeDocument): Failsafe {
  const word = entry.protocol ?? 'TCP'
  const protocol = protocols.get(word.toUpperCase())
  if (protocol === undefined) {
    const near = nearestName(word, protocols.keys())
    const right = near === undefined ? 'failsafe ports are TCP, UDP or SCTP' : `did you mean ${near}?`
    subject.report('invalid-value', {
      at: [...at, 'protocol'],
      message: `the protocol "${word}" is not possible here: ${right}`,
    })
  }
  const net = entry.net === undefined ? undefined : readStrictCidr(subject, [...at, 'net'], entry.net)
  return { protocol: protocol ?? tcp, port: entry.port, net }
}
