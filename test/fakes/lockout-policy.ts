/** Policies for loopback, which an endpoint of its own governs, so that a commit can cut the agent from its git server. */

/** Nothing is open by itself. */
const noFailsafes = `apiVersion: projectcalico.org/v3
kind: FelixConfiguration
metadata: {name: default}
spec: {failsafeInboundHostPorts: [], failsafeOutboundHostPorts: []}
`

const loopback = `apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: loopback, labels: {role: lo}}
spec: {node: web-1, interfaceName: lo}
`

/** @param rules of both directions, as YAML */
export function loopbackPolicy(rules: string): Readonly<Record<string, string>> {
  const policy = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: lo}
spec:
  selector: role == 'lo'
  types: [Ingress, Egress]
  ingress: [${rules}]
  egress: [${rules}]
`
  return { 'felix.yaml': noFailsafes, 'lo.yaml': loopback, 'policy.yaml': policy }
}

/** Everything; with a port, so that two of them differ. */
export const openTo = (port: number): string =>
  `{action: Allow, protocol: TCP, destination: {ports: [${port}]}}, {action: Allow}`

/** No TCP, so no git. */
export const withoutTcp = '{action: Allow, protocol: UDP}'
