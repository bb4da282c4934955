/** A scenario's topology: the hosts with what was compiled for each, and who owns which address. */

import { compileHost } from '../../src/compile/compile-host.ts'
import type { Surroundings } from '../../src/explain/seen-packet.ts'
import type { HostFacts } from '../../src/host/host-facts.ts'
import { readAddress } from '../../src/net/address.ts'
import { hostCidr } from '../../src/net/cidr.ts'
import type { HostView } from '../../src/policy/host-view.ts'
import { resolveHost } from '../../src/resolve/resolve-host.ts'
import { surroundingsOf } from '../../src/resolve/surroundings.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { buildPolicy, type Workload, workloadResource } from './build-policy.ts'
import type { Resource } from './corpus.ts'

export interface Listener {
  readonly protocol: string | number
  readonly ports?: readonly number[]
}

interface Server {
  readonly id: string
  readonly host?: string
  readonly address: string
  readonly listens?: readonly Listener[]
}

export interface Dnat {
  readonly host: string
  readonly hook: 'output' | 'prerouting'
  readonly protocol: string
  readonly destination: string
  readonly port: number
  readonly toDestination: string
  readonly toPort: number
}

interface Topology {
  readonly hosts: readonly {
    readonly id: string
    readonly node: string
    readonly interfaces: readonly { readonly name: string; readonly addresses: readonly string[] }[]
  }[]
  readonly workloads: readonly (Workload & {
    readonly listens?: readonly Listener[]
    readonly managed?: boolean
  })[]
  readonly hostServers: readonly Server[]
  readonly externals: readonly Server[]
  readonly kernel: Kernel
  readonly dnat?: readonly Dnat[]
  readonly tunnel?: string
}

interface Kernel {
  readonly forwardPolicy: 'accept' | 'drop'
  readonly inputPolicy: 'accept' | 'drop'
  readonly inputAcceptsEstablished?: boolean
  readonly ipForwarding: boolean
}

export interface Scenario {
  readonly id: string
  readonly topology: Topology
  readonly resources: readonly Resource[]
  readonly felixConfiguration?: Readonly<Record<string, unknown>>
}

/** Who owns an address: a host, a workload on one, or somebody outside. */
export interface Place {
  readonly id: string
  readonly host: string | undefined
  /** The host's side of the workload's interface; undefined for a host and the outside. */
  readonly interfaceName: string | undefined
  readonly addresses: readonly string[]
  readonly listens: readonly Listener[]
}

export interface World {
  readonly hosts: ReadonlyMap<string, Host>
  readonly places: readonly Place[]
  readonly kernel: Kernel
  readonly dnat: readonly Dnat[]
  /** Between the hosts' workloads, where there is a tunnel. */
  readonly tunnel: string | undefined
  /** Of the policy's documents. */
  readonly refused: readonly string[]
}

export interface Host {
  readonly view: HostView
  readonly ruleset: Ruleset
  readonly surroundings: Surroundings
}

const tunnelDevices: Readonly<Record<string, string>> = {
  vxlan: 'vxlan.calico',
  ipip: 'tunl0',
  wireguard: 'wireguard.cali',
}

/** The world that the policy governs as far as it could be read, and what was refused. */
export function buildWorld({ topology, resources, felixConfiguration }: Scenario): World {
  const settings: readonly Resource[] =
    felixConfiguration === undefined
      ? []
      : [{ kind: 'FelixConfiguration', metadata: { name: 'default' }, spec: felixConfiguration }]
  const workloads = topology.workloads.filter(({ managed }) => managed !== false)
  const { policySet, errors } = buildPolicy([...resources, ...settings, ...workloads.map(workloadResource)])
  const hosts = topology.hosts.map(({ id, node }): [string, Host] => {
    const facts = factsOf(topology, id)
    const view = resolveHost({
      policySet,
      facts: { ...facts, node },
      failsafes: 'calico-compat',
      controlPorts: [],
    }).value
    return [id, { view, ruleset: compileHost(view).ruleset, surroundings: surroundingsOf(view, facts) }]
  })
  return {
    hosts: new Map(hosts),
    places: placesOf(topology),
    kernel: topology.kernel,
    dnat: topology.dnat ?? [],
    tunnel: tunnelDevices[topology.tunnel ?? ''],
    refused: errors.map(({ code, message }) => `${code}: ${message}`),
  }
}

/** `$host0` and the like become addresses, each name always the same one. */
export function withAddresses<T>(fact: T): T {
  const text = JSON.stringify(fact)
  const names = [...new Set(text.match(/\$\w+/g) ?? [])].sort()
  return JSON.parse(text.replace(/\$\w+/g, (name) => addressOf(name, names.indexOf(name)))) as T
}

function addressOf(name: string, at: number): string {
  return name.endsWith('_v6') ? `fd00:172::${at + 10}` : `172.20.0.${at + 10}`
}

function factsOf(topology: Topology, id: string): HostFacts {
  const own = topology.hosts.filter((host) => host.id === id).flatMap((host) => host.interfaces)
  const inside = topology.workloads.filter(({ host }) => host === id).map((workload) => workload.interface)
  const tunnel = tunnelDevices[topology.tunnel ?? ''] ?? []
  const links = [
    ...own,
    { name: 'lo', addresses: ['127.0.0.1', '::1'] },
    ...[...inside, tunnel].flat().map((name) => ({ name, addresses: [] })),
  ]
  const interfaces = links.map(({ name, addresses }) => ({
    name,
    addresses: addresses
      .flatMap((text) => readAddress(text) ?? [])
      .map((address) => ({ address, network: hostCidr(address) })),
    up: true,
    master: undefined,
  }))
  return { node: id, interfaces }
}

function placesOf({ hosts, workloads, hostServers, externals }: Topology): readonly Place[] {
  return [
    ...workloads.map(({ id, host, addresses, listens = [], interface: interfaceName }) => ({
      id,
      host,
      interfaceName,
      addresses,
      listens,
    })),
    ...hosts.map(({ id, interfaces }) => ({
      id,
      host: id,
      interfaceName: undefined,
      addresses: interfaces.flatMap(({ addresses }) => addresses),
      listens: hostServers.filter(({ host }) => host === id).flatMap(({ listens = [] }) => listens),
    })),
    ...externals.map(({ id, address, listens = [] }) => ({
      id,
      host: undefined,
      interfaceName: undefined,
      addresses: [address],
      listens,
    })),
    ...hostServers.map(({ id, host, address, listens = [] }) => ({
      id,
      host,
      interfaceName: undefined,
      addresses: [address],
      listens,
    })),
  ]
}
