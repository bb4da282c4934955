/** Diagnostic codes about whom rules mean, where that is hardly meant. */

import { type CodeEntry, lines, warning } from './code-entry.ts'
import { webEndpoint } from './example-documents.ts'

export const peerLintCodes = {
  'elsewhere-port-name': warning(
    'Endpoints do name such a port, but none of those that the rule selects, or not for its protocol. Names of ports are looked up on the endpoint whose address is matched.',
    {
      wrong: lines(
        'kind: HostEndpoint',
        'metadata: {name: web-1, labels: {role: web}}',
        'spec: {node: web-1, interfaceName: eth0, expectedIPs: [203.0.113.21], ports: [{name: https, protocol: TCP, port: 443}]}',
        '---',
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        '  ingress: [{action: Allow, protocol: UDP, destination: {ports: [https]}}]',
      ),
      right: lines(
        'kind: HostEndpoint',
        'metadata: {name: web-1, labels: {role: web}}',
        'spec: {node: web-1, interfaceName: eth0, expectedIPs: [203.0.113.21], ports: [{name: https, protocol: TCP, port: 443}]}',
        '---',
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        '  ingress: [{action: Allow, protocol: TCP, destination: {ports: [https]}}]',
      ),
    },
  ),
  'peer-without-addresses': warning(
    'A rule selects a host endpoint that lists no expectedIPs, so the rule does not match its traffic. Only expectedIPs feed selectors; the addresses of the interface are not used.',
    {
      wrong: lines(
        'kind: HostEndpoint',
        'metadata: {name: db-1, labels: {role: db}}',
        'spec: {node: db-1, interfaceName: eth0}',
        '---',
        'kind: GlobalNetworkPolicy',
        'metadata: {name: db}',
        'spec:',
        "  ingress: [{action: Allow, source: {selector: role == 'db'}}]",
      ),
      right: lines(
        'kind: HostEndpoint',
        'metadata: {name: db-1, labels: {role: db}}',
        'spec: {node: db-1, interfaceName: eth0, expectedIPs: [10.0.0.31]}',
        '---',
        'kind: GlobalNetworkPolicy',
        'metadata: {name: db}',
        'spec:',
        "  ingress: [{action: Allow, source: {selector: role == 'db'}}]",
      ),
    },
  ),
  'unmatched-peer': warning(
    'A selector in a rule matches no endpoint and no network set, so it stands for no address and the rule never matches: an Allow allows nobody, a Deny denies nobody.',
    {
      wrong: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        "  ingress: [{action: Allow, source: {selector: purpose == 'office'}}]",
      ),
      right: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        "  ingress: [{action: Allow, source: {selector: purpose == 'office'}}]",
        '---',
        'kind: GlobalNetworkSet',
        'metadata: {name: office, labels: {purpose: office}}',
        'spec: {nets: [192.0.2.0/24]}',
      ),
    },
  ),
} as const satisfies Record<string, CodeEntry>
