/** Faults of selectors, rules and references, as data for faults.test.ts. */

import { endpoint, type FaultCase, labelled, named, policy, rule } from './policy-files.ts'

export const policyFaults: readonly FaultCase[] = [
  // selectors
  [policy('selector: role = "x"'), '5:18 selector-syntax unknown operator "=": write "=="'],
  [policy("selector: 'a == ''x'' b'"), '5:25 selector-syntax'],
  [
    policy(`selector: a == "${'x'.repeat(1024)}"`),
    '5:3 selector-too-long spec.selector has 1031 characters: at most 1024',
  ],
  [
    policy('selector: a == "x" && global()'),
    '5:25 selector-global global() has no meaning in a selector: it stands only in a namespaceSelector',
  ],

  // rules
  [rule('action: Allow\nsource: {nets: [10.0.0.1]}'), '7:21 cidr-syntax "10.0.0.1" has no mask: write 10.0.0.1/32'],
  [
    rule('action: Allow\nsource: {nets: [10.0.0.0/33]}'),
    '7:21 cidr-syntax "10.0.0.0/33" is not a network: the mask "/33" must be a number from 0 to 32',
  ],
  [
    rule('action: Allow\nsource: {nets: [10.0.0.1/24]}'),
    '7:21 cidr-host-bits "10.0.0.1/24" has bits set behind its mask: write 10.0.0.0/24 for the network or 10.0.0.1/32 for the address',
  ],
  [
    endpoint('expectedIPs: [10.0.0.1/24]'),
    '6:17 address-syntax "10.0.0.1/24" is not an address: remove the mask, write 10.0.0.1',
  ],
  [
    endpoint('expectedIPs: [010.0.0.1]'),
    '6:17 address-syntax "010.0.0.1" is not an address: remove the leading zeros, some programs read them as octal',
  ],
  [
    rule('action: Allow\nsource: {nets: [10.0.0.0/8, "fd00::/8"]}'),
    '7:33 mixed-families an IPv6 network stands here, but the rule also names IPv4 networks: write one rule for each family',
  ],
  [
    rule('action: Allow\nipVersion: 6\nprotocol: ICMP'),
    '7:16 mixed-families ipVersion is 6, but ICMP exists only in IPv4: use ICMPv6 or change ipVersion',
  ],
  [
    rule('action: Allow\nipVersion: 4\nsource: {notNets: [0.0.0.0/0]}'),
    '8:24 catch-all-negated notNets excludes every IPv4 address, so the rule can match nothing: remove the entry or the rule',
  ],
  [
    rule('action: Allow\nprotocol: TCP\ndestination: {ports: [80-90]}'),
    '8:27 port-syntax the port "80-90" is not valid: write the range as "80:90"',
  ],
  [
    rule('action: Allow\nprotocol: TCP\ndestination: {ports: [http]}'),
    '8:27 unsupported-field the port "http" is not valid: named ports are not enforced by this version of rampart yet, write the number',
  ],
  [
    rule('action: Allow\ndestination: {ports: [80]}'),
    '7:19 ports-need-protocol the rule has ports but no protocol: add protocol: TCP, UDP or SCTP',
  ],
  [
    rule('action: Allow\nprotocol: UDPLite\nsource: {ports: [80]}'),
    '8:14 ports-need-protocol the rule has ports, but UDPLite has none that can be matched: use protocol TCP, UDP or SCTP',
  ],
  [
    rule('action: Allow\nnotICMP: {type: 8}'),
    '7:5 icmp-needs-protocol notICMP needs the protocol: add protocol: ICMP for IPv4 or protocol: ICMPv6 for IPv6',
  ],
  [
    rule('action: Allow\nprotocol: ICMP\nicmp: {code: 0}'),
    '8:12 icmp-code-needs-type icmp has a code without a type: add the type that the code 0 belongs to',
  ],
  [
    policy('types: [Egress]\ningress:\n- action: Allow'),
    '6:3 dead-direction the ingress rules are never asked: add Ingress to types, or remove the rules',
  ],
  [
    rule('action: Deny\nsource: {notNets: [10.0.0.0/8]}'),
    '7:14 family-omitted notNets names only IPv4 networks, so the rule matches no IPv6 packet at all: set ipVersion: 4, and write a rule for IPv6',
  ],

  // references
  [
    endpoint('interfaceName: eth0\nprofiles: [web]'),
    '7:14 missing-profile there is no profile "web": define it, or remove it from the list',
  ],
  [
    named('Profile', 'projectcalico-default-allow'),
    '3:18 built-in-profile the profile "projectcalico-default-allow" is built in: use it without defining it, or choose another name',
  ],
  [
    endpoint('profiles: []'),
    '4:1 missing-interface neither interfaceName nor expectedIPs is given: name the interface, or the addresses by which it is found',
  ],
  [
    `${labelled('HostEndpoint', 'role: db')}---\n${rule("action: Allow\nsource: {selector: role == 'db'}")}`,
    '4:9 peer-without-addresses a rule selects the host endpoint "x", which lists no addresses, so its traffic does not match: add expectedIPs',
  ],

  // what is wholly another system's
  [
    'kind: Deployment\napiVersion: apps/v1\nspec: {x: !Ref y}\n',
    '1:1 foreign-file the file holds no policy document and is not read',
  ],
]
