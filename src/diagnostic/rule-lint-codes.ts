/** Diagnostic codes about rules that are valid and hardly meant. */

import { type CodeEntry, lines, warning } from './code-entry.ts'
import { gatewayEndpoint, webEndpoint, workload } from './example-documents.ts'

export const ruleLintCodes = {
  'contradictory-rule': warning(
    'The conditions of the rule exclude one another, so it matches no packet: a negation takes away all that the positive condition asks for, or networks and selector have no address in common. Conditions are joined by and, never by or: write two rules for either of two things.',
    {
      wrong: '- {action: Allow, source: {nets: [10.1.0.0/16], notNets: [10.0.0.0/8]}}',
      right: '- {action: Allow, source: {nets: [10.0.0.0/8], notNets: [10.1.0.0/16]}}',
    },
  ),
  'duplicate-rule': warning(
    'An earlier rule with the same action matches exactly the same packets and stands before this one in every list. Remove one of them.',
    {
      wrong: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        '  ingress: [{action: Allow, source: {nets: [192.0.2.0/25, 192.0.2.128/25]}}, {action: Allow, source: {nets: [192.0.2.0/24]}}]',
      ),
      right: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        '  ingress: [{action: Allow, source: {nets: [192.0.2.0/24]}}]',
      ),
    },
  ),
  'shadowed-rule': warning(
    'Earlier rules decide about every packet that the rule matches, in every list of every endpoint where it stands, so it is never asked. This is exact: it is computed over all packets, with the addresses that selectors stand for today. Where an earlier rule decides otherwise, the rule does not do what it says: move it before that one. A Log behind the rule that decides writes nothing. What an Allow takes that expires does not count.',
    {
      wrong: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        '  ingress: [{action: Allow, protocol: TCP}, {action: Deny, protocol: TCP, source: {nets: [192.0.2.0/24]}}]',
      ),
      right: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        '  ingress: [{action: Deny, protocol: TCP, source: {nets: [192.0.2.0/24]}}, {action: Allow, protocol: TCP}]',
      ),
    },
  ),
  'one-way-untracked': warning(
    'An untracked rule allows a connection to begin, but no untracked rule lets the answers out. Connection tracking has not seen the beginning, calls a TCP answer invalid, and it is dropped, whatever other policies say. Write the mirrored rule: the other direction, source and destination exchanged.',
    {
      wrong: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: cache}',
        'spec:',
        '  doNotTrack: true',
        '  applyOnForward: true',
        '  ingress: [{action: Allow, protocol: TCP, destination: {ports: [11000]}}]',
      ),
      right: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: cache}',
        'spec:',
        '  doNotTrack: true',
        '  applyOnForward: true',
        '  ingress: [{action: Allow, protocol: TCP, destination: {ports: [11000]}}]',
        '  egress: [{action: Allow, protocol: TCP, source: {ports: [11000]}}]',
      ),
    },
  ),
  'open-management-port': warning(
    'The rule lets every address reach a port of a closed list: remote logins, file shares, databases and what runs other things. The way in for administrators is better named in source; ssh is open by the failsafe ports too, unless failsafeInboundHostPorts limits it by net.',
    {
      wrong: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: ssh}',
        'spec:',
        '  ingress: [{action: Allow, protocol: TCP, destination: {ports: [22]}}]',
      ),
      right: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: ssh}',
        'spec:',
        '  ingress: [{action: Allow, protocol: TCP, source: {nets: [192.0.2.0/24]}, destination: {ports: [22]}}]',
      ),
    },
  ),
  'rewritten-destination': warning(
    'A pre-DNAT policy sees packets before their destination is rewritten: still with the address of the host and the port that is published. A rule about the workloads behind it matches nothing.',
    {
      wrong: lines(
        webEndpoint,
        workload,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: published}',
        'spec:',
        "  selector: role == 'web'",
        '  preDNAT: true',
        '  applyOnForward: true',
        "  ingress: [{action: Deny, destination: {selector: role == 'vm'}}]",
      ),
      right: lines(
        webEndpoint,
        workload,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: published}',
        'spec:',
        "  selector: role == 'web'",
        '  preDNAT: true',
        '  applyOnForward: true',
        '  ingress: [{action: Deny, protocol: TCP, destination: {nets: [203.0.113.21/32], ports: [8080]}}]',
      ),
    },
  ),
  'unseen-forward': warning(
    'The rule is about packets from or to hosts that the policy does not select, which the selected hosts can only forward; but policies without applyOnForward are not asked about forwarded packets.',
    {
      wrong: lines(
        gatewayEndpoint,
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: to-web}',
        'spec:',
        "  selector: role == 'gateway'",
        "  ingress: [{action: Allow, destination: {selector: role == 'web'}}]",
        '---',
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        "  selector: role == 'web'",
        '  ingress: [{action: Allow}]',
      ),
      right: lines(
        gatewayEndpoint,
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: to-web}',
        'spec:',
        "  selector: role == 'gateway'",
        '  applyOnForward: true',
        "  ingress: [{action: Allow, destination: {selector: role == 'web'}}]",
        '---',
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        "  selector: role == 'web'",
        '  ingress: [{action: Allow}]',
      ),
    },
  ),
  'workload-to-host': warning(
    "What a workload sends to its own host never passes a host endpoint. The workload's egress policies decide, then defaultEndpointToHostAction in FelixConfiguration, which is Drop unless it is set.",
    {
      wrong: lines(
        webEndpoint,
        workload,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        "  selector: role == 'web'",
        "  ingress: [{action: Allow, source: {selector: role == 'vm'}}]",
      ),
      right: lines(
        webEndpoint,
        workload,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        "  selector: role == 'web'",
        '  ingress: [{action: Allow}]',
        '---',
        'kind: FelixConfiguration',
        'metadata: {name: default}',
        'spec: {defaultEndpointToHostAction: Accept}',
      ),
    },
  ),
} as const satisfies Record<string, CodeEntry>
