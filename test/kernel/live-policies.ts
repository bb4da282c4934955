/** What a host with an outside, an inside and a workload allows while connections stand, and what is left of it afterwards. */

const endpoints = `apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: e0, labels: {hep: e0}}
spec: {node: web-1, interfaceName: eth0}
---
apiVersion: projectcalico.org/v3
kind: WorkloadEndpoint
metadata: {name: pod, namespace: default, labels: {app: pod}}
spec: {node: web-1, orchestrator: vm, workload: pod, endpoint: eth0, interfaceName: cali1, ipNetworks: [10.65.0.2/32]}
---
apiVersion: projectcalico.org/v3
kind: FelixConfiguration
metadata: {name: default}
spec: {defaultEndpointToHostAction: Accept}
`

export interface Allowed {
  /** To this host and, forwarded, to the inside; after any rewriting. */
  readonly tcp: readonly number[]
  readonly udp: readonly number[]
  /** From this host. */
  readonly out: readonly number[]
  /** From the workload to this host. */
  readonly workload: readonly number[]
}

/** Outside the lists every direction is so open that the other side could bring back what was ended. */
export function livePolicies({ tcp, udp, out, workload }: Allowed): Readonly<Record<string, string>> {
  const allow = (protocol: string, ports: readonly number[]): string =>
    `    - {action: Allow, protocol: ${protocol}, destination: {ports: [${ports.join(', ')}]}}\n`
  return {
    'endpoints.yaml': endpoints,
    'policies.yaml': `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: services}
spec:
  selector: hep == 'e0'
  applyOnForward: true
  types: [Ingress, Egress]
  ingress:
${allow('TCP', tcp)}${allow('UDP', udp)}    - {action: Allow, protocol: TCP, source: {ports: ["6000:6999"]}}
  egress:
${allow('TCP', out)}    - {action: Deny, protocol: TCP, destination: {ports: ["6000:6999"]}}
    - {action: Allow}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: pods}
spec:
  selector: app == 'pod'
  egress:
${allow('TCP', workload)}`,
  }
}
