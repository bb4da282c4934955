/** Faults of files, YAML and the frame of documents, as data for faults.test.ts. */

import { documentOf, endpoint, type FaultCase, labelled, named, policy, rule, workload } from './policy-files.ts'

export const documentFaults: readonly FaultCase[] = [
  // files and YAML
  ['a: "\u0007"\n', '1:5 file-encoding the file holds the invisible character U+0007: remove it'],
  [
    'a: [\n',
    '1:5 yaml-syntax the indentation does not fit the lines above: align the line with its neighbours, or close the bracket before it',
  ],
  ['projectcalico: "x\n', '1:16 yaml-syntax the text that starts here has no closing ": add it'],
  ['a:\n\tb: c\n', '2:1 yaml-syntax the line is indented with a tab: YAML is indented with spaces'],
  [
    'a: b: c\n',
    '1:4 yaml-syntax a second ": " stands in one line or the indentation is wrong: put a value that holds ": " in quotes, and a key on its own line',
  ],
  [
    policy('selector: !has(role)'),
    '5:13 yaml-tag "!has(role)" is a tag in YAML, not a value: put the whole value in quotes, as "!has(role)"',
  ],
  [
    policy('selector: !has(role) && x'),
    '5:13 yaml-tag "!has(role)" is a tag in YAML, not a value: put the whole value in quotes, as "!has(role)"',
  ],
  [
    policy('selector: !!str all()'),
    '5:19 yaml-tag the tag "!!str" changes how a value is read: remove it, and quote what is text',
  ],
  [endpoint('interfaceName: *'), '6:18 yaml-alias an unquoted * starts an alias in YAML: write "*" in quotes'],
  [
    endpoint('interfaceName: *eth'),
    '6:18 yaml-alias "*eth" is an alias in YAML: write the value itself, or put it in quotes if the * was meant',
  ],
  [
    endpoint('interfaceName: &e eth0'),
    '6:21 yaml-alias "&e" is an anchor in YAML: remove it, or put the value in quotes if the & was meant',
  ],
  [
    `%YAML 1.1\n---\n${policy('order: 1')}`,
    '1:1 yaml-directive a %YAML directive changes how the file is read: remove the line',
  ],
  [
    policy('order: 1\norder: 2'),
    '6:3 yaml-duplicate-key the key "order" stands twice in one mapping: keep one of them',
  ],
  [
    `${policy('order: 1')}---\nkind: Service\napiVersion: v1\n`,
    '7:1 mixed-file the document "v1 Service" is not ours, but others in this file are: move it to a file of its own',
  ],
  [
    'just words\n',
    '1:1 not-an-object the document is a single value: a document is a mapping with apiVersion, kind, metadata and spec',
  ],

  // envelope
  [
    policy('order: 1').replace('/v3', '/v1'),
    '1:13 unsupported-version the apiVersion "projectcalico.org/v1" is not supported for kind GlobalNetworkPolicy: write projectcalico.org/v3',
  ],
  [
    policy('order: 1').replace('projectcalico.org', 'crd.projectcalico.org'),
    '1:13 unsupported-version the apiVersion "crd.projectcalico.org/v3" is not supported for kind GlobalNetworkPolicy: that is how Kubernetes stores it, export it with calicoctl as projectcalico.org/v3',
  ],
  [
    named('GlobalNetworkPolice', 'p'),
    '2:7 unknown-kind there is no kind "GlobalNetworkPolice": did you mean GlobalNetworkPolicy?',
  ],
  [
    named('PolicyTest', 'p'),
    '1:13 unsupported-version the apiVersion "projectcalico.org/v3" is not supported for kind PolicyTest: write rampart/v1',
  ],
  [
    named('BGPPeer', 'p'),
    '2:7 unsupported-kind the kind BGPPeer is refused: it configures routing, which rampart leaves alone; remove the document',
  ],
  [
    documentOf('NetworkPolicy', 'p', 'applyOnForward: true'),
    '5:3 unsupported-field spec.applyOnForward is refused: it concerns host endpoints, which policies of a namespace never apply to; write a GlobalNetworkPolicy',
  ],
  [
    rule('action: Allow\nhttp: {}'),
    '7:5 unsupported-field spec.ingress[0].http is refused: rampart filters packets and cannot see HTTP requests',
  ],
  [
    workload('interfaceName: cali0\nipNetworks: [10.65.0.2]\nipNATs: []'),
    '8:3 unsupported-field spec.ipNATs is refused: rampart translates no addresses',
  ],
  [
    documentOf('FelixConfiguration', 'default', 'bpfEnabled: true'),
    '5:3 unsupported-field spec.bpfEnabled is refused: it chooses another data plane than nftables',
  ],
  [
    documentOf('FelixConfiguration', 'default', 'mtuIfacePattern: x'),
    '5:3 ignored-field spec.mtuIfacePattern has no effect here: it configures container networking, which rampart leaves alone',
  ],
  [policy('slector: all()'), '5:3 unknown-field unknown field "slector" in spec: did you mean "selector"?'],
  [
    rule('action: Allow\nports: [22]'),
    '7:5 unknown-field unknown field "ports" in spec.ingress[0]: it belongs in "source" or "destination"',
  ],
  [
    documentOf('HostEndpoint', 'h', 'interfaceName: eth0'),
    '4:1 missing-field spec lacks the field "node": it is required',
  ],
  [
    'apiVersion: projectcalico.org/v3\nmetadata: {name: x}\n',
    '1:1 missing-field the document lacks the field "kind": it is one of FelixConfiguration, GlobalNetworkPolicy, GlobalNetworkSet, HostEndpoint, NetworkPolicy, NetworkSet, PolicyTest, Profile, StagedGlobalNetworkPolicy, StagedNetworkPolicy, Tier, WorkloadEndpoint',
  ],
  [
    policy('order: "10"'),
    '5:10 wrong-type spec.order is the text "10", where a number is needed: write 10 without quotes',
  ],
  [
    labelled('GlobalNetworkSet', 'a: 010'),
    '5:15 wrong-type metadata.labels.a is the number 010, where text is needed: write "010" in quotes',
  ],
  [
    documentOf('GlobalNetworkSet', 's', 'nets: 10.0.0.0/8'),
    '5:9 wrong-type spec.nets is the text "10.0.0.0/8", where a list is needed: write [10.0.0.0/8]',
  ],
  [
    policy('order: {{ .Values.order }}'),
    '5:11 yaml-syntax the line holds {{, as templates do: commit what the template engine makes of it',
  ],
  [
    'apiVersion: projectcalico.org/v3\nkind: ProfileList\n',
    '2:7 missing-field the ProfileList has no list in the field "items": it is required',
  ],
  [policy('order: .inf'), '5:10 wrong-type spec.order is .inf: it must be a finite number'],
  [
    rule('action: Allow\nipVersion: "4"'),
    '7:16 invalid-value spec.ingress[0].ipVersion is "4": write 4 without quotes',
  ],
  [
    documentOf('FelixConfiguration', 'default', 'failsafeInboundHostPorts: none'),
    '5:29 wrong-type spec.failsafeInboundHostPorts is the text "none", where a list is needed: write []',
  ],
  [policy('selector:'), '5:3 wrong-type spec.selector has no value: give it one or remove the field'],
  [rule('action: allow'), '6:13 invalid-value spec.ingress[0].action is "allow": did you mean "Allow"?'],
  [rule('action: Allow\nprotocol: tcp'), '7:15 invalid-value the protocol "tcp" is not known: did you mean TCP?'],
  [
    endpoint('interfaceName: eth0:1'),
    '6:18 invalid-value "eth0:1" is not an interface name: aliases are addresses of the same interface, write "eth0"',
  ],
  [
    endpoint('interfaceName: eth*'),
    '6:18 invalid-value "eth*" is not an interface name: patterns are not supported, write one name, or "*" for every interface',
  ],
  [
    workload('interfaceName: "*"\nipNetworks: [10.65.0.2]'),
    '6:18 invalid-value "*" is not an interface name: patterns are not supported, write one name',
  ],
  [
    named('Profile', 'Web_1'),
    '3:18 invalid-name the name "Web_1" is not valid: use lower-case letters, digits, "-" and ".", as "web-1"',
  ],
  [
    named('GlobalNetworkPolicy', 'a.b.c'),
    '3:18 invalid-name the name "a.b.c" is not valid: a policy\'s name has at most one dot, as "a-b-c"',
  ],
  [
    named('FelixConfiguration', 'gw-1'),
    '3:18 invalid-name the name "gw-1" says for which hosts it is: write "default" for all, or "node.gw-1" for the host gw-1',
  ],
  [
    labelled('GlobalNetworkSet', '-a: b'),
    '5:12 invalid-label the label "-a" in metadata.labels is not valid: use letters, digits, "-", "_" and ".", with a letter or digit at both ends',
  ],
  [
    labelled('HostEndpoint', 'projectcalico.org/namespace: b'),
    '5:12 reserved-label the label "projectcalico.org/namespace" is set by the system alone: use a key of your own',
  ],
  [
    `${policy('order: 1')}---\n${policy('order: 2')}`,
    '9:18 duplicate-name the GlobalNetworkPolicy "p" is defined twice: rename or remove one',
  ],
  [
    documentOf('GlobalNetworkSet', 's', 'nets: [10.0.0.0/8, 10.0.0.0/8]'),
    '5:22 duplicate-entry "10.0.0.0/8" is listed twice: remove one',
  ],
  [
    rule('action: Allow\nsource: {nets: []}'),
    '7:14 empty-list nets is an empty list, which Calico takes as "any address": list networks, or remove the field',
  ],
  [
    rule(`action: Allow\nprotocol: TCP\nsource: {ports: [${Array.from({ length: 51 }, (_, port) => port + 1)}]}`),
    '8:14 list-too-long spec.ingress[0].source.ports has 51 entries: at most 50',
  ],
]
