/** Documents that several examples begin with, each with the line that ends it. */

import { lines } from './code-entry.ts'

export const webEndpoint = lines(
  'kind: HostEndpoint',
  'metadata: {name: web-1, labels: {role: web}}',
  'spec: {node: web-1, interfaceName: eth0, expectedIPs: [203.0.113.21]}',
  '---',
)

export const gatewayEndpoint = lines(
  'kind: HostEndpoint',
  'metadata: {name: gw-1, labels: {role: gateway}}',
  'spec: {node: gw-1, interfaceName: eth0, expectedIPs: [203.0.113.1]}',
  '---',
)

export const workload = lines(
  'kind: WorkloadEndpoint',
  'metadata: {name: vm-1, labels: {role: vm}}',
  'spec: {node: web-1, orchestrator: kvm, workload: vm-1, endpoint: eth0, interfaceName: cali1, ipNetworks: [10.65.0.2/32], profiles: [projectcalico-default-allow]}',
  '---',
)
