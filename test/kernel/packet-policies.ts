/** Policies of the packet tests in few words, and probes in one line each. */

import type { HostFacts } from '../../src/host/host-facts.ts'
import type { RepositoryFile } from '../../src/repository/revision.ts'
import { readHostFacts } from '../../src/validate/read-host-facts.ts'
import type { Place, Probe } from './lab-addresses.ts'

export interface Scenario {
  readonly title: string
  readonly documents: readonly object[]
  /** Lines of sh, by place, before the probes. */
  readonly prepare?: Partial<Readonly<Record<Place, string>>>
  /** Lines of sh on the host after the probes. */
  readonly restore?: string
  /** `EX-02 world>host tcp/80 drop`; `tcp4` and `tcp6` mean one family, `tcp` both. */
  readonly probes: readonly string[]
  /** What counters hold after the probes. */
  readonly counts?: Readonly<Record<string, number>>
}

export interface TitledProbe {
  readonly title: string
  readonly probe: Probe
}

const version = 'projectcalico.org/v3'

type Spec = Readonly<Record<string, unknown>>

export function endpoint(name: string, spec: Spec, labels: Spec = { hep: name }): object {
  return { apiVersion: version, kind: 'HostEndpoint', metadata: { name, labels }, spec: { node: 'h1', ...spec } }
}

export const e0 = (spec: Spec = {}): object => endpoint('e0', { interfaceName: 'eth0', ...spec })
export const e1 = (spec: Spec = {}): object => endpoint('e1', { interfaceName: 'eth1', ...spec })
export const allowAll = { profiles: ['projectcalico-default-allow'] }

/** Selects e0 unless the spec says otherwise. */
export function policy(name: string, spec: Spec): object {
  const { order, ...rest } = spec
  const ordered = order === undefined ? {} : { order }
  return {
    apiVersion: version,
    kind: 'GlobalNetworkPolicy',
    metadata: { name },
    spec: { selector: "hep == 'e0'", ...ordered, ...rest },
  }
}

/** As policy(), staged. */
export function staged(name: string, spec: Spec): object {
  return { ...policy(name, spec), kind: 'StagedGlobalNetworkPolicy' }
}

/** Tries out that there is no such policy. */
export function stagedDelete(name: string): object {
  const kind = 'StagedGlobalNetworkPolicy'
  return { apiVersion: version, kind, metadata: { name }, spec: { stagedAction: 'Delete' } }
}

export function profile(name: string, spec: Spec): object {
  return { apiVersion: version, kind: 'Profile', metadata: { name }, spec }
}

/** Of the host, in the namespace `default`, labelled `app`, with a profile that allows everything unless the spec says otherwise. */
export function workload(name: string, interfaceName: string, spec: Spec): object {
  return {
    apiVersion: version,
    kind: 'WorkloadEndpoint',
    metadata: { name, namespace: 'default', labels: { app: name } },
    spec: {
      node: 'h1',
      orchestrator: 'by-hand',
      workload: name,
      endpoint: 'eth0',
      interfaceName,
      ...allowAll,
      ...spec,
    },
  }
}

/** @param spec `order`, `defaultAction` */
export function tier(name: string, spec: Spec): object {
  return { apiVersion: version, kind: 'Tier', metadata: { name }, spec }
}

/** Of the whole fleet. */
export function configuration(spec: Spec): object {
  return { apiVersion: version, kind: 'FelixConfiguration', metadata: { name: 'default' }, spec }
}

export function networkSet(name: string, labels: Spec, nets: readonly string[]): object {
  return { apiVersion: version, kind: 'GlobalNetworkSet', metadata: { name, labels }, spec: { nets } }
}

export function failsafes(inbound: readonly object[], outbound: readonly object[]): object {
  return configuration({ failsafeInboundHostPorts: inbound, failsafeOutboundHostPorts: outbound })
}

export const noFailsafes = failsafes([], [])

export const allow = (match: Spec = {}): object => ({ action: 'Allow', ...match })
export const deny = (match: Spec = {}): object => ({ action: 'Deny', ...match })
export const tcpTo = (...ports: readonly (number | string)[]): Spec => ({ protocol: 'TCP', destination: { ports } })
export const udpTo = (...ports: readonly (number | string)[]): Spec => ({ protocol: 'UDP', destination: { ports } })

/** JSON is YAML. */
export function filesOf({ documents }: Pick<Scenario, 'documents'>): readonly RepositoryFile[] {
  const text = documents.map((document) => `---\n${JSON.stringify(document)}\n`).join('')
  return [{ path: 'policy.yaml', type: 'file', contentId: 'policy', bytes: new TextEncoder().encode(text) }]
}

export function labFacts(): HostFacts {
  const interfaces = [
    { name: 'eth0', addresses: ['203.0.113.10/24', '203.0.113.11/24', '2001:db8:113::10/64'] },
    { name: 'eth1', addresses: ['10.0.0.1/24', '2001:db8:10::1/64'] },
    { name: 'lo', addresses: ['127.0.0.1/8', '::1/128'] },
  ]
  const facts = readHostFacts({ path: 'host.json', text: JSON.stringify({ node: 'h1', interfaces }) }).value
  if (facts === undefined) throw new Error('the facts of the lab are not valid')
  return facts
}

/** One or two probes, for the families that the line means. */
export function readProbes(line: string): readonly TitledProbe[] {
  const match =
    /^(\S+) (\w+)>(\w+) (tcp|udp|sctp|reset|icmp|protocol)([46]?)\/(\d+)(?:\.(\d+))? (pass|drop|reject)$/.exec(line)
  if (match === null) throw new Error(`not a probe: ${line}`)
  const [, , from = '', to = '', type = '', family, number = '', code, expected] = match
  const families = family === '' ? ([4, 6] as const) : ([family === '4' ? 4 : 6] as const)
  return families.map((one) => ({
    title: line.replace(`${type}${family}/`, `${type} over IPv${one} `),
    probe: {
      from,
      to,
      family: one,
      expected: expected === 'pass' || expected === 'reject' ? expected : 'drop',
      what: whatOf(type, Number(number), Number(code ?? 0)),
    },
  }))
}

function whatOf(type: string, number: number, code: number): Probe['what'] {
  if (type === 'icmp') return { type, icmpType: number, code }
  if (type === 'protocol') return { type, number }
  if (type === 'tcp' || type === 'udp' || type === 'sctp' || type === 'reset') return { type, port: number }
  throw new Error(`no such probe: ${type}`)
}
