/** The policies whose packet path is measured. In each of them the last rule is the one that lets the measured packet through. */

import { asFile, compileForHost, readPolicy, scriptForWholeTable } from '../../src/pipeline.ts'
import { generatePolicies } from './generate-policies.ts'
import { clientAddress, workloadAddress } from './packet-lab.ts'

/** Lets a source reach a TCP port, or keeps it from that. */
export interface ExactRule {
  readonly action: 'Allow' | 'Deny'
  readonly source: string
  readonly port: number
}

export const measuredPort = 7777
const rulesPerPolicy = 20
const node = 'bench-1'

/** Single addresses and ports, all different; the last one is of the measured packet. */
export function exactRules(
  count: number,
  actionOf: (at: number) => ExactRule['action'] = () => 'Allow',
): readonly ExactRule[] {
  return times(count, (at) =>
    at === count - 1
      ? { action: 'Allow', source: clientAddress, port: measuredPort }
      : {
          action: actionOf(at),
          source: `10.${Math.floor(at / 62_500) % 128}.${Math.floor(at / 250) % 250}.${1 + (at % 250)}`,
          port: 1024 + (at % 6000),
        },
  )
}

/** The table of a host with one interface, in policies of 20 rules each. */
export function tableOfRules(rules: readonly ExactRule[]): string {
  const policies = times(Math.ceil(rules.length / rulesPerPolicy), (at) =>
    ingressPolicy(at, rules.slice(at * rulesPerPolicy, (at + 1) * rulesPerPolicy).map(printRule)),
  )
  return tableOf([hostEndpoint('eth0'), ...policies, everythingOut])
}

/** What people write: networks, ranges, selectors, exceptions, protocols. @param ruleCount for the measured direction; others come on top */
export function tableOfMixedRules(ruleCount: number): string {
  // every fourth policy is for the other direction
  const withOthers = Math.floor((ruleCount * 4) / 3 / rulesPerPolicy) * rulesPerPolicy
  const mixed = generatePolicies({ ruleCount: withOthers, variant: 'mixed', edition: 0 })
  const last = ingressPolicy(99_999, exactRules(1).map(printRule))
  return tableOf([...mixed.map(({ text }) => text), last, everythingOut])
}

/** A rule for a set of peers that the measured packet is not among, and one that lets it through. */
export function tableOfPeers(networks: readonly string[]): string {
  const peers = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: peers, labels: {group: peers}}
spec: {nets: [${networks.map((network) => `"${network}"`).join(', ')}]}
`
  const rule = `    - {action: Allow, protocol: TCP, source: {selector: "group == 'peers'"}, destination: {ports: [${measuredPort}]}}\n`
  return tableOf([
    hostEndpoint('eth0'),
    peers,
    ingressPolicy(0, [rule, ...exactRules(1).map(printRule)]),
    everythingOut,
  ])
}

export function tableOfHostEndpoints(count: number): string {
  const endpoints = times(count, (at) => hostEndpoint(`eth${at}`))
  return tableOf([...endpoints, ingressPolicy(0, exactRules(10).map(printRule)), everythingOut])
}

/** Workloads on cali1, cali2, ...: a packet meets the maps of their interfaces, so only the first needs a cable. */
export function tableOfWorkloads(count: number): string {
  const rules = [
    ...exactRules(9).slice(0, -1),
    { action: 'Allow', source: workloadAddress, port: measuredPort } as const,
  ]
  return tableOf([
    ...times(count, (at) => workloadEndpoint(at + 1)),
    `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: pods}
spec:
  selector: role == 'pod'
  types: [Egress]
  egress:
${rules.map(printRule).join('')}`,
  ])
}

/** As `rampart render` prints it. */
function tableOf(documents: readonly string[]): string {
  const files = documents.map((text, at) => asFile({ path: `policy-${at}.yaml`, text }))
  const policy = readPolicy(files)
  const facts = { node, interfaces: [] }
  const compiled = compileForHost({ policySet: policy.value, facts, failsafes: 'minimal', controlPorts: [] })
  const faults = [...policy.diagnostics, ...compiled.diagnostics].filter(({ severity }) => severity === 'error')
  if (faults.length > 0) throw new Error(`bug: the policy is valid: ${faults[0]?.message}`)
  return scriptForWholeTable(compiled.value.ruleset)
}

function hostEndpoint(interfaceName: string): string {
  return `apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: bench-1-${interfaceName}, labels: {role: bench}}
spec: {node: ${node}, interfaceName: ${interfaceName}, expectedIPs: [192.0.2.1]}
`
}

function workloadEndpoint(at: number): string {
  return `apiVersion: projectcalico.org/v3
kind: WorkloadEndpoint
metadata: {name: pod-${at}, namespace: shop, labels: {role: pod}}
spec:
  node: ${node}
  orchestrator: by-hand
  workload: pod-${at}
  endpoint: eth0
  interfaceName: cali${at}
  ipNetworks: [${at === 1 ? workloadAddress : `10.66.${Math.floor(at / 250)}.${at % 250}`}/32]
`
}

function ingressPolicy(at: number, rules: readonly string[]): string {
  return `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: rules-${String(at).padStart(5, '0')}}
spec:
  order: ${at + 1}
  selector: role == 'bench'
  types: [Ingress]
  ingress:
${rules.join('')}`
}

const everythingOut = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: everything-out}
spec:
  selector: role == 'bench'
  types: [Egress]
  egress: [{action: Allow}]
`

function printRule({ action, source, port }: ExactRule): string {
  return `    - {action: ${action}, protocol: TCP, source: {nets: [${source}/32]}, destination: {ports: [${port}]}}\n`
}

export function times<T>(count: number, make: (at: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, at) => make(at))
}
