/** Faults of selectors, rules and references, as data for faults.test.ts. */

import { documentOf, endpoint, type FaultCase, named, policy, rule, workload } from './policy-files.ts'

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
    '8:27 missing-port-name no endpoint has a port named "http": add it to the ports of an endpoint, or write the number',
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

  [
    policy('applyOnForward: true\npreDNAT: true\ndoNotTrack: true'),
    '7:3 policy-stage doNotTrack and preDNAT exclude each other: write one policy for each stage',
  ],
  [
    policy('preDNAT: true\ntypes: [Ingress, Egress]\negress:\n- action: Deny'),
    '5:3 policy-stage preDNAT concerns forwarded packets too: set applyOnForward: true beside it',
    '6:3 policy-stage a policy with preDNAT concerns Ingress only: remove Egress from types',
    '7:3 policy-stage a policy with preDNAT has no egress rules: packets that leave were rewritten before, remove them',
  ],
  [
    rule('action: Allow\nsource: {namespaceSelector: "env == \'a\'"}'),
    '7:33 unsupported-field spec.ingress[0].source.namespaceSelector is refused: namespaces have no labels here; write all(), global() in a rule, projectcalico.org/name == "x" or projectcalico.org/name in {"x", "y"}',
  ],
  [
    policy('namespaceSelector: global()'),
    "5:22 selector-global global() has no meaning in a policy's namespaceSelector: it stands only in that of a rule",
  ],
  [
    rule('action: Allow\nsource: {namespaceSelector: (global())}'),
    '7:34 selector-global global() stands beside something else: it is a namespaceSelector of its own',
  ],
  [
    rule('action: Allow\nmetadata: {annotations: {"...": x}}'),
    '7:30 invalid-label the annotation "..." is not valid: use letters, digits, "-", "_" and ".", with a letter or digit at both ends',
  ],

  // annotations of ours
  [
    rule('action: Allow\nmetadata: {annotations: {rampart/expire: x, rampart/allow.equal-order: " "}}'),
    '7:30 invalid-annotation there is no annotation "rampart/expire": did you mean "rampart/expires"?',
    '7:76 invalid-annotation "rampart/allow.equal-order" gives no reason: say why the warning is accepted',
  ],
  [
    policy('{}').replace(
      '{name: p}',
      '{name: p, annotations: {rampart/allow.equal-ordr: x, rampart/allow.yaml-tag: x}}',
    ),
    '3:35 invalid-annotation there is no warning "equal-ordr": did you mean "equal-order"?',
    '3:64 invalid-annotation "yaml-tag" is an error and cannot be silenced: mend what it points at',
  ],

  // references
  [
    `${endpoint('interfaceName: eth0\nexpectedIPs: [192.0.2.1]\nports: [{name: https, protocol: TCP, port: 443}]')}---\n${rule('action: Allow\nprotocol: TCP\ndestination: {ports: [http]}')}`,
    '17:27 missing-port-name no endpoint has a port named "http": did you mean "https"?',
  ],
  [
    endpoint(
      'interfaceName: eth0\nports:\n- {name: a--b, protocol: UDPLite, port: 1}\n- {name: a, protocol: TCP, port: 1}\n- {name: a, protocol: 6, port: 2}',
    ),
    '8:12 invalid-name the port name "a--b" is not valid: use lower-case letters, digits and single "-" between them',
    '8:28 invalid-value UDPLite has no ports that can be named: use TCP, UDP or SCTP',
    '10:5 duplicate-entry the port name "a" is given twice for TCP: rename or remove one',
  ],
  [
    `${policy('tier: netsex')}---\n${named('Tier', 'netsec')}`,
    '5:9 missing-tier there is no tier "netsex": did you mean "netsec"?',
  ],
  [policy('tier: ops'), '5:9 missing-tier there is no tier "ops": define it with a Tier document'],
  [
    documentOf('Tier', 'default', 'order: 10\ndefaultAction: Pass'),
    '5:10 built-in-tier the tier "default" has order 10: it is built in with order 1000000',
    '6:18 built-in-tier the tier "default" has the default action Pass: it is built in with Deny',
  ],
  [named('Tier', 'kube-admin'), '3:18 built-in-tier the tier "kube-admin" belongs to Kubernetes: choose another name'],
  [named('Tier', 'a.b'), '3:18 invalid-name the name "a.b" is not valid: dots are not allowed here, as "a-b"'],
  [
    `${endpoint('interfaceName: "*"')}---\n${policy('doNotTrack: true\napplyOnForward: true')}`,
    '10:18 untracked-star-endpoint the policy has doNotTrack and selects the host endpoint "h", which is for every interface: untracked policies need endpoints for one interface, leave this one out by its labels',
  ],
  [
    workload('interfaceName: cali0'),
    '4:1 workload-without-addresses the workload endpoint lists no addresses, so it has no effect: add ipNetworks',
  ],
  [
    workload('interfaceName: cali0\nipNetworks: [10.65.0.0/26]'),
    '7:16 address-syntax "10.65.0.0/26" is not an address: a workload has single addresses, write 10.65.0.0/32',
  ],
  [
    workload('interfaceName: cali0\nipNetworks: [10.65.0.2]').replace(
      '{name: w}',
      '{name: w, namespace: a, labels: {projectcalico.org/namespace: b, pcns.x: y}}',
    ),
    '3:44 reserved-label the label "projectcalico.org/namespace" is "b", but the endpoint\'s own is "a": remove the label',
    '3:76 ignored-field the label "pcns.x" has no effect here: labels of namespaces and service accounts come from profiles',
  ],
  [
    documentOf('StagedGlobalNetworkPolicy', 'p', 'stagedAction: Delete\ntier: default\norder: 5'),
    '7:3 invalid-value a staged Delete has the field "order": it names the policy of the same name and nothing but its tier',
  ],
  [
    documentOf('StagedNetworkPolicy', 'p', 'stagedAction: Learn'),
    '5:17 ignored-field stagedAction Learn has no effect here: Set tries the policy out, Delete its absence',
  ],
  [
    documentOf('FelixConfiguration', 'default', 'nftablesMode: Disabled\nlogPrefix: "a{"\nlogActionRateLimit: 5/week'),
    '5:17 unsupported-field nftablesMode is Disabled, but there is nothing else here: write Enabled or Auto, or remove it',
    '6:14 invalid-value spec.logPrefix is "a{": use letters, digits, blanks and % : / _ -',
    '7:23 invalid-value spec.logActionRateLimit is "5/week": write a number from 1 to 9999 and second, minute, hour or day, as 10/second',
  ],
  [
    documentOf(
      'FelixConfiguration',
      'default',
      'chainInsertMode: Apend\nnftablesMarkMask: 15\ninterfaceExclude: /veth|tap/',
    ),
    '5:20 invalid-value spec.chainInsertMode is "Apend": did you mean "Append"?',
    '6:21 invalid-value spec.nftablesMarkMask has 4 bits: at least 8 are needed, as 0xffff0000',
    '7:21 invalid-value "/veth|tap/" is not valid: write names of interfaces, or what they start with and a "*", as dummy0, veth*',
  ],
  [
    `${documentOf('NetworkSet', 's', 'nets: []')}---\n${documentOf('NetworkSet', 's', 'nets: []').replace('{name: s}', '{name: s, namespace: default}')}`,
    '9:18 duplicate-name the NetworkSet "s" of the namespace "default" is defined twice: rename or remove one',
  ],
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

  // what is wholly another system's
  [
    'kind: Deployment\napiVersion: apps/v1\nspec: {x: !Ref y}\n',
    '1:1 foreign-file the file holds no policy document and is not read',
  ],
]
