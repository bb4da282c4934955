/** Reads a WorkloadEndpoint. */

import type { Address } from '../net/address.ts'
import { addressBits } from '../net/address.ts'
import { readCidr } from '../net/cidr.ts'
import { defaultNamespace, type Labels, namespaceLabel } from '../policy/resource.ts'
import type { WorkloadEndpoint } from '../policy/workload-endpoint.ts'
import type { WorkloadEndpointDocument } from '../schema/workload-endpoint.ts'
import { readMetadata, readNamespace } from './check-metadata.ts'
import { checkInterfaceName, checkNode, checkProfileNames } from './endpoint-parts.ts'
import { exact } from './exact.ts'
import { whyNoName } from './names.ts'
import { readEndpointPorts } from './read-endpoint-ports.ts'
import type { Subject } from './subject.ts'
import { whyNoAddress } from './why-no-address.ts'

const orchestratorLabel = 'projectcalico.org/orchestrator'

/** Whole only when nothing was reported; undefined when it lists no addresses, since it has no effect then. */
export function readWorkloadEndpoint(subject: Subject<WorkloadEndpointDocument>): WorkloadEndpoint | undefined {
  const labels = readMetadata(subject, 'WorkloadEndpoint', 'none')
  const { metadata, spec } = subject.value
  const namespace = readNamespace(subject, 'WorkloadEndpoint') ?? defaultNamespace
  checkNode(subject)
  if (subject.isSound(['spec', 'interfaceName'])) checkInterfaceName(subject, spec.interfaceName)
  checkProfileNames(subject)
  checkIdentity(subject)
  const forced = new Map([[namespaceLabel, namespace]])
  if (subject.isSound(['spec', 'orchestrator']) && spec.orchestrator) forced.set(orchestratorLabel, spec.orchestrator)
  const ports = readEndpointPorts(subject, spec.ports)
  const addresses = readAddresses(subject)
  if (addresses === undefined) return undefined
  return {
    kind: 'WorkloadEndpoint',
    name: metadata.name,
    span: subject.document.spanOf(['metadata', 'name'], 'value'),
    namespace,
    node: spec.node,
    interfaceName: spec.interfaceName,
    addresses: exact(addresses),
    profiles: spec.profiles ?? [],
    labels: forceLabels(subject, labels, forced),
    ports: exact(ports),
  }
}

const identityFields: readonly ('orchestrator' | 'workload' | 'pod' | 'endpoint' | 'containerID')[] = [
  'orchestrator',
  'workload',
  'pod',
  'endpoint',
  'containerID',
]

function checkIdentity(subject: Subject<WorkloadEndpointDocument>): void {
  for (const field of identityFields) {
    const at = ['spec', field]
    const text = subject.value.spec[field]
    if (text === undefined || text === '' || !subject.isSound(at)) continue
    const why = field === 'containerID' ? whyNoContainer(text) : whyNoName(text)
    if (why !== undefined) subject.report('invalid-name', { at, message: `${field} is "${text}": ${why}` })
  }
}

function whyNoContainer(text: string): string | undefined {
  return /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(text)
    ? undefined
    : 'use letters, digits and "-", with a letter or digit at both ends'
}

/** Labels of namespaces and service accounts come from profiles alone; what the endpoint's place says wins over its own labels. */
function forceLabels(subject: Subject<unknown>, labels: Labels, forced: Labels): Labels {
  const all = new Map(labels)
  for (const key of labels.keys()) {
    if (!key.startsWith('pcns.') && !key.startsWith('pcsa.')) continue
    all.delete(key)
    const message = `the label "${key}" has no effect here: labels of namespaces and service accounts come from profiles`
    subject.report('ignored-field', { at: ['metadata', 'labels', key], mark: 'key', message })
  }
  for (const [key, value] of forced) {
    const own = labels.get(key)
    all.set(key, value)
    if (own === undefined || own === value) continue
    const message = `the label "${key}" is "${own}", but the endpoint's own is "${value}": remove the label`
    subject.report('reserved-label', { at: ['metadata', 'labels', key], mark: 'key', message })
  }
  return all
}

function readAddresses(subject: Subject<WorkloadEndpointDocument>): readonly Address[] | undefined {
  const { ipNetworks } = subject.value.spec
  if (!subject.isSound(['spec', 'ipNetworks'])) return undefined
  if (ipNetworks === undefined || ipNetworks.length === 0) {
    const message = 'the workload endpoint lists no addresses, so it has no effect: add ipNetworks'
    subject.report('workload-without-addresses', { at: ['spec'], mark: 'key', message })
    return undefined
  }
  const seen = new Set<string>()
  return ipNetworks.flatMap((text, index) => {
    const at = ['spec', 'ipNetworks', index]
    const reading = readCidr(text)
    if (reading.type === 'cidr' && reading.cidr.prefix === addressBits(reading.cidr.family)) {
      if (seen.has(text)) subject.report('duplicate-entry', { at, message: `"${text}" is listed twice: remove one` })
      seen.add(text)
      return [{ family: reading.cidr.family, value: reading.cidr.base }]
    }
    const [address = ''] = text.split('/')
    const why =
      reading.type === 'cidr'
        ? `a workload has single addresses, write ${address}/${addressBits(reading.cidr.family)}`
        : whyNoAddress(address)
    subject.report('address-syntax', { at, message: `"${text}" is not an address: ${why}` })
    return []
  })
}
