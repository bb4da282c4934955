/** Reads a FelixConfiguration. */

import { nearestName } from '../diagnostic/nearest-name.ts'
import { sctp, tcp, udp } from '../net/protocol.ts'
import type { Failsafe, FelixConfiguration } from '../policy/felix-configuration.ts'
import type { FelixConfigurationDocument } from '../schema/felix-configuration.ts'
import { readMetadata } from './check-metadata.ts'
import { readStrictCidr } from './read-nets.ts'
import type { Subject } from './subject.ts'

type Spec = FelixConfigurationDocument['spec']
type FailsafeDocument = NonNullable<Spec['failsafeInboundHostPorts']>[number]

/** Whole only when nothing was reported. */
export function readFelixConfiguration(subject: Subject<FelixConfigurationDocument>): FelixConfiguration {
  readMetadata(subject, 'FelixConfiguration', 'none')
  checkName(subject)
  return {
    kind: 'FelixConfiguration',
    name: subject.value.metadata.name,
    span: subject.document.spanOf(['metadata', 'name'], 'value'),
    interfacePrefixes: readPrefixes(subject),
    failsafeInbound: readFailsafes(subject, 'failsafeInboundHostPorts'),
    failsafeOutbound: readFailsafes(subject, 'failsafeOutboundHostPorts'),
  }
}

function checkName(subject: Subject<FelixConfigurationDocument>): void {
  const { name } = subject.value.metadata
  if (!subject.isSound(['metadata', 'name']) || name === 'default' || name.startsWith('node.')) return
  const message = `the name "${name}" says for which hosts it is: write "default" for all, or "node.${name}" for the host ${name}`
  subject.report('invalid-name', { at: ['metadata', 'name'], message })
}

/** `none` means that there are no workload interfaces. */
function readPrefixes(subject: Subject<FelixConfigurationDocument>): readonly string[] | undefined {
  const { interfacePrefix } = subject.value.spec
  const at = ['spec', 'interfacePrefix']
  if (interfacePrefix === undefined || !subject.isSound(at)) return undefined
  if (interfacePrefix.toLowerCase() === 'none') return []
  const prefixes = interfacePrefix.split(',').map((prefix) => prefix.trim())
  const wrong = prefixes.find((prefix) => !/^[a-zA-Z0-9_-]{1,15}$/.test(prefix))
  if (wrong === undefined) return prefixes
  const what = wrong === '' ? 'an entry is empty' : `the prefix "${wrong}" is not valid`
  subject.report('invalid-value', {
    at,
    message: `${what}: write prefixes of up to 15 letters, digits, "_" and "-" with commas between, or none`,
  })
  return undefined
}

function readFailsafes(
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
