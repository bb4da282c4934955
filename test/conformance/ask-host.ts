/** What resolves for one host of a fact that tells little more than its resources. */

import type { HostFacts } from '../../src/host/host-facts.ts'
import { readAddress } from '../../src/net/address.ts'
import { hostCidr } from '../../src/net/cidr.ts'
import type { HostView } from '../../src/policy/host-view.ts'
import { resolveHost } from '../../src/resolve/resolve-host.ts'
import { buildPolicy, workloadResource } from './build-policy.ts'
import type { Resource } from './corpus.ts'

/** A document, or a workload as the corpus tells it when it read it from inside. */
export type ToldResource = Resource | ToldWorkload

interface ToldWorkload {
  readonly kind: 'WorkloadEndpoint'
  readonly id: string
  readonly node: string
  readonly interfaceName: string
  readonly labels: Readonly<Record<string, string>>
  readonly ips: readonly string[]
  readonly profiles: readonly string[]
  readonly ports: readonly object[]
}

export interface Asked {
  readonly resources: readonly ToldResource[]
  readonly node: string
  /** Addresses by interface. */
  readonly interfaces: Readonly<Record<string, readonly string[]>>
}

export interface Answer {
  readonly view: HostView
  /** `code: message` of every error. */
  readonly refused: readonly string[]
}

export function askHost(asked: Asked): Answer {
  const { policySet, errors } = buildPolicy(asked.resources.map(written))
  const facts = factsOf(asked)
  const { value: view } = resolveHost({ policySet, facts, failsafes: 'calico-compat', controlPorts: [] })
  return { view, refused: errors.map(({ code, message }) => `${code}: ${message}`) }
}

export function factsOf({ node, interfaces }: Pick<Asked, 'node' | 'interfaces'>): HostFacts {
  return { node, interfaces: Object.entries(interfaces).map(([name, texts]) => link(name, texts)) }
}

/** The namespace that workloads get when the corpus names none. */
const workloadNamespace = 'ns'

export function toldName(resource: ToldResource): string {
  return 'id' in resource ? written(resource).metadata.name : resource.metadata.name
}

function written(resource: ToldResource): Resource {
  if (!('id' in resource)) return resource
  const { id, node, interfaceName, labels, ips, profiles, ports } = resource
  const place = { host: node, interface: interfaceName, namespace: workloadNamespace }
  return workloadResource({ id, labels, profiles, addresses: ips, namedPorts: ports, ...place })
}

/** An interface for each host endpoint of the node, so that all of them govern. */
export function interfacesFor(resources: readonly ToldResource[], node: string): Asked['interfaces'] {
  const own = resources.filter((one): one is Resource => one.kind === 'HostEndpoint' && !('id' in one))
  return Object.fromEntries(
    own
      .filter(({ spec }) => spec?.node === node)
      .map(({ spec = {} }, at) => [
        typeof spec.interfaceName === 'string' ? spec.interfaceName : `own${at}`,
        Array.isArray(spec.expectedIPs) ? spec.expectedIPs.map(String) : [],
      ]),
  )
}

function link(name: string, texts: readonly string[]): HostFacts['interfaces'][number] {
  const addresses = texts.flatMap((text) => readAddress(text) ?? [])
  return {
    name,
    addresses: addresses.map((address) => ({ address, network: hostCidr(address) })),
    up: true,
    master: undefined,
  }
}
