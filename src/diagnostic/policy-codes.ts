/** Diagnostic codes about selectors, rules and policies. */

import { type CodeEntry, error, lines, warning } from './code-entry.ts'

export const policyCodes = {
  'selector-syntax': error(
    'The selector cannot be read. The place of the fault is marked; the language is described in the README.',
    { wrong: "spec: {selector: role = 'web'}", right: "spec: {selector: role == 'web'}" },
  ),
  'selector-too-long': error('A selector may have at most 1024 characters, and a label in it at most 512.'),
  'selector-global': error('global() has a meaning only in a namespaceSelector.', {
    wrong: '- {action: Allow, source: {selector: global()}}',
    right: '- {action: Allow, source: {namespaceSelector: global()}}',
  }),
  'cidr-syntax': error(
    'Networks are written with a mask, as 10.0.0.0/8 or 2001:db8::/32. A single address in a rule is written with /32 or /128.',
    {
      wrong: '- {action: Allow, source: {nets: [10.0.0.1]}}',
      right: '- {action: Allow, source: {nets: [10.0.0.1/32]}}',
    },
  ),
  'cidr-host-bits': error(
    'The address has bits set behind the mask, so it names a host and a network at once. The network that contains it is suggested.',
    {
      wrong: '- {action: Allow, source: {nets: [10.0.0.1/24]}}',
      right: '- {action: Allow, source: {nets: [10.0.0.0/24]}}',
    },
  ),
  'address-syntax': error(
    'The value is not an IPv4 or IPv6 address. Leading zeros, zones and IPv4-mapped IPv6 addresses are refused.',
    {
      wrong: lines(
        'kind: HostEndpoint',
        'metadata: {name: web-1}',
        'spec: {node: web-1, expectedIPs: [203.0.113.021]}',
      ),
      right: lines(
        'kind: HostEndpoint',
        'metadata: {name: web-1}',
        'spec: {node: web-1, expectedIPs: [203.0.113.21], profiles: [projectcalico-default-allow]}',
      ),
    },
  ),
  'mixed-families': error(
    'A rule names IPv4 and IPv6 networks at once, or a network of another family than its ipVersion or protocol. Such a rule can match nothing: write one rule a family.',
    {
      wrong: '- {action: Allow, source: {nets: [10.0.0.0/8, "fd00::/8"]}}',
      right: lines(
        '- {action: Allow, source: {nets: [10.0.0.0/8]}}',
        '- {action: Allow, source: {nets: ["fd00::/8"]}}',
      ),
    },
  ),
  'catch-all-negated': error('notNets with 0.0.0.0/0 or ::/0 excludes every address, so the rule can match nothing.', {
    wrong: '- {action: Allow, ipVersion: 4, source: {notNets: [0.0.0.0/0]}}',
    right: '- {action: Allow, ipVersion: 6}',
  }),
  'port-syntax': error(
    'Ports are numbers from 1 to 65535, ranges written with a colon, as "8000:8010", or names that endpoints give their ports.',
    {
      wrong: '- {action: Allow, protocol: TCP, destination: {ports: [8000-8010]}}',
      right: '- {action: Allow, protocol: TCP, destination: {ports: ["8000:8010"]}}',
    },
  ),
  'ports-need-protocol': error(
    "Ports exist only in TCP, UDP and SCTP. Set the rule's protocol to one of them; only names of ports bring their protocol with them.",
    {
      wrong: '- {action: Allow, destination: {ports: [443]}}',
      right: '- {action: Allow, protocol: TCP, destination: {ports: [443]}}',
    },
  ),
  'icmp-needs-protocol': error(
    'An ICMP match needs protocol ICMP or ICMPv6 (deviation DV-21 for notICMP): without it the match would depend on the family by accident.',
    { wrong: '- {action: Allow, icmp: {type: 8}}', right: '- {action: Allow, protocol: ICMP, icmp: {type: 8}}' },
  ),
  'icmp-code-needs-type': error('An ICMP code has a meaning only together with its type.', {
    wrong: '- {action: Allow, protocol: ICMP, icmp: {code: 4}}',
    right: '- {action: Allow, protocol: ICMP, icmp: {type: 3, code: 4}}',
  }),
  'dead-direction': error(
    'The policy has rules for a direction that its types do not name, so they would never be looked at (deviation DV-21). Add the direction to types, or remove the rules.',
    {
      wrong: lines('spec:', '  types: [Ingress]', '  ingress: [{action: Allow}]', '  egress: [{action: Allow}]'),
      right: lines(
        'spec:',
        '  types: [Ingress, Egress]',
        '  ingress: [{action: Allow}]',
        '  egress: [{action: Allow}]',
      ),
    },
  ),
  'policy-stage': error(
    'doNotTrack and preDNAT say at which stage a global policy is asked: only one of them, only together with applyOnForward: true, and preDNAT only for ingress.',
    {
      wrong: 'spec: {preDNAT: true, ingress: [{action: Deny}]}',
      right: 'spec: {preDNAT: true, applyOnForward: true, ingress: [{action: Deny}]}',
    },
  ),
  'family-omitted': warning(
    'notNets of one family without ipVersion leaves the rule out for the other family, in Calico and here (deviation DV-7). Set ipVersion to say which family is meant, or write a rule for each.',
    {
      wrong: '- {action: Allow, source: {notNets: [192.0.2.0/24]}}',
      right: lines(
        '- {action: Allow, ipVersion: 4, source: {notNets: [192.0.2.0/24]}}',
        '- {action: Allow, ipVersion: 6}',
      ),
    },
  ),
  'missing-tier': error(
    'A policy belongs to a tier that does not exist. Its place in the order would be left to chance, so it is refused; a tier goes only after its policies.',
    {
      wrong: 'spec: {tier: security, ingress: [{action: Pass}]}',
      right: lines(
        'kind: Tier',
        'metadata: {name: security}',
        'spec: {order: 10}',
        '---',
        'kind: GlobalNetworkPolicy',
        'metadata: {name: security.pass}',
        'spec: {tier: security, ingress: [{action: Pass}]}',
      ),
    },
  ),
  'built-in-tier': error(
    'The tier default is built in with order 1000000 and default action Deny, and its document may say nothing else. kube-admin and kube-baseline belong to Kubernetes.',
    {
      wrong: lines('kind: Tier', 'metadata: {name: default}', 'spec: {order: 10}'),
      right: lines('kind: Tier', 'metadata: {name: security}', 'spec: {order: 10}'),
    },
  ),
  'missing-port-name': error(
    'A rule names a port that no endpoint lists, so the name would match nothing. The closest known name is suggested.',
    {
      wrong: '- {action: Allow, protocol: TCP, destination: {ports: [https]}}',
      right: lines(
        'kind: HostEndpoint',
        'metadata: {name: web-1, labels: {role: web}}',
        'spec:',
        '  node: web-1',
        '  interfaceName: eth0',
        '  expectedIPs: [203.0.113.21]',
        '  ports: [{name: https, protocol: TCP, port: 443}]',
        '---',
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        '  ingress: [{action: Allow, protocol: TCP, destination: {ports: [https]}}]',
      ),
    },
  ),
  'untracked-star-endpoint': error(
    'A policy with doNotTrack selects a host endpoint for every interface ("*"). Untracked policy works for endpoints of one interface only; Calico ignores it here with a warning, which leaves open what was meant to be closed (deviation DV-10).',
    {
      wrong: lines(
        'kind: HostEndpoint',
        'metadata: {name: web-1-all}',
        'spec: {node: web-1, interfaceName: "*"}',
        '---',
        'kind: GlobalNetworkPolicy',
        'metadata: {name: dns}',
        'spec:',
        '  doNotTrack: true',
        '  applyOnForward: true',
        '  ingress: [{action: Allow, protocol: UDP}]',
      ),
      right: lines(
        'kind: HostEndpoint',
        'metadata: {name: web-1}',
        'spec: {node: web-1, interfaceName: eth0}',
        '---',
        'kind: GlobalNetworkPolicy',
        'metadata: {name: dns}',
        'spec:',
        '  doNotTrack: true',
        '  applyOnForward: true',
        '  ingress: [{action: Allow, protocol: UDP}]',
      ),
    },
  ),
} as const satisfies Record<string, CodeEntry>
