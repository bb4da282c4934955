/** Resources of the corpus -> a policy set, through the whole pipeline, made acceptable where only the corpus' form is at fault. */

import type { Diagnostic } from '../../src/diagnostic/diagnostic.ts'
import { readPolicy } from '../../src/pipeline.ts'
import type { PolicySet } from '../../src/policy/policy-set.ts'
import type { Resource } from './corpus.ts'

export interface Workload {
  readonly id: string
  readonly host: string
  readonly interface: string
  readonly addresses: readonly string[]
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly profiles: readonly string[]
  readonly namedPorts?: readonly object[]
}

export interface BuiltPolicy {
  readonly policySet: PolicySet
  readonly errors: readonly Diagnostic[]
}

export function buildPolicy(resources: readonly Resource[]): BuiltPolicy {
  const documents = presentable([...resources, bystander])
  const text = documents.map((document) => JSON.stringify(document)).join('\n---\n')
  const bytes = new TextEncoder().encode(text)
  const { value, diagnostics } = readPolicy([{ path: 'facts.yaml', type: 'file', contentId: '', bytes }])
  return { policySet: value, errors: diagnostics.filter(({ severity }) => severity === 'error') }
}

export function workloadResource(workload: Workload): Resource {
  const { id, namespace, labels, host, addresses, profiles, namedPorts } = workload
  return {
    kind: 'WorkloadEndpoint',
    metadata: { name: id.toLowerCase().replaceAll('/', '-'), namespace, labels },
    spec: {
      node: host,
      interfaceName: workload.interface,
      ipNetworks: addresses,
      profiles,
      ...(namedPorts === undefined ? {} : { ports: namedPorts }),
    },
  }
}

/** Of no effect; a policy without any document is refused. */
const bystander: Resource = { kind: 'Profile', metadata: { name: 'bystander' } }

/** With an apiVersion, unique list items, and no reference to a profile that is not there: its end, deny, is that of none. */
function presentable(resources: readonly Resource[]): readonly Resource[] {
  const profiles = new Set(resources.filter(({ kind }) => kind === 'Profile').map(({ metadata }) => metadata.name))
  return resources.map(({ kind, metadata, spec = {} }) => {
    const known = listOf(spec.profiles).filter((name) => typeof name === 'string' && profiles.has(name))
    const lists = {
      ...(spec.profiles === undefined ? {} : { profiles: known }),
      ...(spec.nets === undefined ? {} : { nets: [...new Set(listOf(spec.nets))] }),
      ...(spec.ipNetworks === undefined ? {} : { ipNetworks: [...new Set(listOf(spec.ipNetworks))] }),
    }
    return { apiVersion: 'projectcalico.org/v3', kind, metadata, spec: { ...spec, ...lists } }
  })
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
