/** Diagnostic codes about policies that are valid and hardly meant. */

import { type CodeEntry, lines, warning } from './code-entry.ts'
import { gatewayEndpoint, webEndpoint } from './example-documents.ts'

export const policyLintCodes = {
  'bare-endpoint': warning(
    'No policy selects the host endpoint and it lists no profile. From the moment it exists its interface is closed but for failsafe ports. Commit the endpoint together with its policies.',
    {
      wrong: lines(
        'kind: HostEndpoint',
        'metadata: {name: web-1, labels: {role: web}}',
        'spec: {node: web-1, interfaceName: eth0, expectedIPs: [203.0.113.21]}',
      ),
      right: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        "  selector: role == 'web'",
        '  ingress: [{action: Allow, protocol: TCP, destination: {ports: [443]}}]',
      ),
    },
  ),
  'deny-only-policy': warning(
    'A policy has only Deny rules, and no other policy of its tier allows anything for the same endpoint. What the rules do not match is denied as well, at the end of the tier (pitfall of Calico issue 4352). End with Pass or Allow for the rest, or with a Deny without conditions if all of it is meant.',
    {
      wrong: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: blocklist}',
        'spec:',
        '  ingress: [{action: Deny, source: {nets: [192.0.2.0/24]}}]',
      ),
      right: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: blocklist}',
        'spec:',
        '  ingress: [{action: Deny, source: {nets: [192.0.2.0/24]}}, {action: Allow}]',
      ),
    },
  ),
  'empty-direction': warning(
    'types names a direction for which neither this policy nor another of its tier has a rule that allows, so the direction is closed. That is meant in a policy without any rules, the idiom of default deny; beside rules for the other direction it rarely is. Where it is, silence the warning or write a Deny rule.',
    {
      wrong: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        '  types: [Ingress, Egress]',
        '  ingress: [{action: Allow, protocol: TCP, destination: {ports: [443]}}]',
      ),
      right: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        '  types: [Ingress]',
        '  ingress: [{action: Allow, protocol: TCP, destination: {ports: [443]}}]',
      ),
    },
  ),
  'equal-order': warning(
    'Two policies of one tier have equal orders (or none), apply to the same endpoint and decide differently about some packet. Which of them is asked first is then a matter of their names: give them orders that say what is meant.',
    {
      wrong: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: blocklist}',
        'spec:',
        '  order: 10',
        '  ingress: [{action: Deny, source: {nets: [192.0.2.0/24]}}]',
        '---',
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        '  order: 10',
        '  ingress: [{action: Allow, protocol: TCP, destination: {ports: [443]}}]',
      ),
      right: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: blocklist}',
        'spec:',
        '  order: 10',
        '  ingress: [{action: Deny, source: {nets: [192.0.2.0/24]}}]',
        '---',
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        '  order: 20',
        '  ingress: [{action: Allow, protocol: TCP, destination: {ports: [443]}}]',
      ),
    },
  ),
  'forward-pass': warning(
    'Profiles are not asked about forwarded packets: what the last tier with forward policies passes is let through (deviation DV-4). Write Allow or Deny to say what is meant.',
    {
      wrong: 'spec: {applyOnForward: true, ingress: [{action: Pass}]}',
      right: 'spec: {applyOnForward: true, ingress: [{action: Allow}]}',
    },
  ),
  'log-only-policy': warning(
    'A policy only writes log lines. Log decides nothing, but a policy that selects an endpoint closes it for whatever no rule of its tier allows, so logging alone cuts everything off (pitfall of Calico issues 3801 and 4673). Put Log before the rules of another policy, or end with Pass, Allow or an outspoken Deny.',
    {
      wrong: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: log}',
        'spec:',
        '  ingress: [{action: Log}]',
      ),
      right: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: log}',
        'spec:',
        '  ingress: [{action: Log}, {action: Pass}]',
      ),
    },
  ),
  'misspelt-label': warning(
    'A selector names a label or a value that nothing in the repository has, and something has one that differs by one letter. In a negation that widens the selector unnoticed.',
    {
      wrong: lines(
        gatewayEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: others}',
        'spec:',
        "  ingress: [{action: Allow, source: {notSelector: role == 'gatewy'}}]",
      ),
      right: lines(
        gatewayEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: others}',
        'spec:',
        "  ingress: [{action: Allow, source: {notSelector: role == 'gateway'}}]",
      ),
    },
  ),
  'unmatched-policy': warning(
    'The selector of a policy matches no endpoint of the repository, so the policy does nothing. Untracked and pre-DNAT policies reach host endpoints only.',
    {
      wrong: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        "  selector: role == 'webserver'",
        '  ingress: [{action: Allow, protocol: TCP}]',
      ),
      right: lines(
        webEndpoint,
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web}',
        'spec:',
        "  selector: role == 'web'",
        '  ingress: [{action: Allow, protocol: TCP}]',
      ),
    },
  ),
  'unowned-policy': warning(
    'Most policies of the repository say who answers for them in the annotation rampart/owner; this one does not. The annotation may stand on the policy or on each of its rules.',
    {
      wrong: lines(
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web, annotations: {rampart/owner: shop}}',
        'spec: {ingress: [{action: Allow}]}',
        '---',
        'kind: GlobalNetworkPolicy',
        'metadata: {name: db}',
        'spec: {ingress: [{action: Allow}]}',
      ),
      right: lines(
        'kind: GlobalNetworkPolicy',
        'metadata: {name: web, annotations: {rampart/owner: shop}}',
        'spec: {ingress: [{action: Allow}]}',
        '---',
        'kind: GlobalNetworkPolicy',
        'metadata: {name: db, annotations: {rampart/owner: shop}}',
        'spec: {ingress: [{action: Allow}]}',
      ),
    },
  ),
  'duplicate-set': warning(
    'Two network sets with at least two networks hold the same addresses. One of them will be forgotten when the networks change. One set can have the labels of both.',
    {
      wrong: lines(
        'kind: GlobalNetworkSet',
        'metadata: {name: office, labels: {purpose: office}}',
        'spec: {nets: [192.0.2.0/24, "2001:db8:2::/48"]}',
        '---',
        'kind: GlobalNetworkSet',
        'metadata: {name: admins, labels: {may: ssh}}',
        'spec: {nets: [192.0.2.0/24, "2001:db8:2::/48"]}',
      ),
      right: lines(
        'kind: GlobalNetworkSet',
        'metadata: {name: office, labels: {purpose: office, may: ssh}}',
        'spec: {nets: [192.0.2.0/24, "2001:db8:2::/48"]}',
      ),
    },
  ),
} as const satisfies Record<string, CodeEntry>
