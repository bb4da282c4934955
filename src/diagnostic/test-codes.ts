/** Diagnostic codes about policy tests. */

import { error, lines, warning } from './code-entry.ts'

const endpoint = lines(
  'kind: HostEndpoint',
  'metadata: {name: web-1-eth0, labels: {role: web}}',
  'spec: {node: web-1, interfaceName: eth0, expectedIPs: [192.0.2.10]}',
)
const policy = lines(
  'kind: GlobalNetworkPolicy',
  'metadata: {name: web}',
  'spec:',
  "  selector: role == 'web'",
  '  ingress:',
  '    - {action: Allow, protocol: TCP, destination: {ports: [443]}}',
)
const testOf = (host: string, ...fields: readonly string[]) =>
  lines(
    'apiVersion: rampart/v1',
    'kind: PolicyTest',
    'metadata: {name: web}',
    'spec:',
    `  host: ${host}`,
    '  cases:',
    `    - {name: the world reaches https, iif: eth0, proto: tcp, ${fields.join(', ')}, expect: allow}`,
  )
const together = (test: string) => lines(endpoint, '---', policy, '---', test)

export const testCodes = {
  'unknown-host': error(
    'A policy test names a host that no endpoint belongs to, so nothing there could be judged. The closest known name is suggested.',
    { wrong: together(testOf('web-l', 'dport: 443')), right: together(testOf('web-1', 'dport: 443')) },
  ),
  'vacuous-test': warning(
    'A policy test, or a part of it, describes no packet at all: nobody has the labels that it selects, the addresses are of two families, or nothing governs the interface. It would hold whatever the policies say.',
    {
      wrong: together(testOf('web-1', 'src: {selector: role == "wbe"}', 'dport: 443')),
      right: together(testOf('web-1', 'src: {selector: role == "web"}', 'dport: 443')),
    },
  ),
  'test-failed': error(
    'A case of a policy test does not hold: there is a packet that it describes and that meets another fate than it expects. The packet is named, with the line that decides about it; `rampart explain` walks it through the policy. An agent does not apply a revision whose tests of its host fail.',
    { wrong: together(testOf('web-1', 'dport: [80, 443]')), right: together(testOf('web-1', 'dport: 443')) },
  ),
} as const
