/** Faults of policy tests, as data for faults.test.ts. */

import { endpoint, type FaultCase, policyTest, testCase } from './policy-files.ts'

const withHost = (spec: string) => `${policyTest(spec)}---\n${endpoint('interfaceName: eth0')}`
const cases = 'cases: [{name: c, iif: eth0, expect: deny}]'
const allowing = (fields: string) => testCase(`iif: eth0, expect: allow, ${fields}`)

export const policyTestFaults: readonly FaultCase[] = [
  // which hosts
  [
    withHost(cases),
    '4:1 missing-field spec names no host: give host, hosts, or a selector over the labels of host endpoints',
  ],
  [
    withHost(`host: n\nselector: all()\n${cases}`),
    '6:3 invalid-value spec has both host and selector: give one of host, hosts and selector',
  ],
  [
    withHost(`host: m\n${cases}`),
    '5:9 unknown-host no endpoint belongs to the host "m": write the node of an endpoint',
  ],
  [
    `${policyTest(`hosts: [web-l, n]\n${cases}`)}---\n${endpoint('interfaceName: eth0').replace('node: n', 'node: web-1')}---\n${endpoint('interfaceName: eth0').replace('name: h', 'name: i')}`,
    '5:11 unknown-host no endpoint belongs to the host "web-l": did you mean "web-1"?',
  ],
  [
    withHost(`host: Web-1\n${cases}`),
    '5:9 invalid-name the host "Web-1" is not valid: use lower-case letters, digits, "-" and ".", as "web-1"',
  ],
  [withHost(`hosts: [n, n]\n${cases}`), '5:14 duplicate-entry "n" is listed twice: remove one'],
  [
    withHost(`hosts: []\n${cases}`),
    '5:3 empty-list hosts is an empty list, so nothing would be tested: name hosts, or remove the test',
  ],
  [withHost(`hosts: n\n${cases}`), '5:10 wrong-type spec.hosts is the text "n", where a list is needed: write [n]'],
  [withHost(`selector: role = "x"\n${cases}`), '5:18 selector-syntax unknown operator "=": write "=="'],
  [
    withHost(`selector: role == "web"\n${cases}`),
    '5:13 vacuous-test no host endpoint has such labels, so the test judges no host: change the selector, or remove the test',
  ],

  // cases
  [withHost('host: n'), '4:1 missing-field spec lacks the field "cases": it is required'],
  [
    withHost('host: n\ncases: []'),
    '6:3 empty-list cases is an empty list, so nothing would be tested: write cases, or remove the test',
  ],
  [testCase('iif: eth0'), '7:5 missing-field spec.cases[0] lacks the field "expect": it is required'],
  [testCase('iif: eth0, expect: alow'), '7:34 invalid-value spec.cases[0].expect is "alow": did you mean "allow"?'],
  [
    testCase('expect: allow'),
    '7:5 missing-field the case has neither iif nor oif: give where the packets come in, where they go out, or both when they are forwarded',
  ],
  [
    testCase('iif: eth0:1, expect: deny'),
    '7:20 invalid-value iif is "eth0:1", which is no name of an interface: aliases are addresses of the same interface, write "eth0"',
  ],
  [allowing('dports: 80'), '7:41 unknown-field unknown field "dports" in spec.cases[0]: did you mean "dport"?'],
  [allowing('source: any'), '7:41 unknown-field unknown field "source" in spec.cases[0]: did you mean "src"?'],
  [
    allowing('state: open'),
    '7:48 invalid-value spec.cases[0].state is "open": it must be new, established, related, untracked or invalid',
  ],
  [
    withHost('host: n\ncases:\n- {name: c, iif: eth0, expect: deny}\n- {name: c, iif: eth0, expect: allow}'),
    '8:12 duplicate-entry two cases are called "c": rename one',
  ],
  [
    withHost('host: n\ncases:\n- {name: " ", iif: eth0, expect: deny}'),
    '7:12 invalid-value the name of the case is not valid: it is empty, and say what is promised, as "the world reaches https"',
  ],

  // addresses
  [
    allowing('src: 10.0.0.300'),
    '7:46 cidr-syntax "10.0.0.300" is not an address or network: the numbers of an IPv4 address go from 0 to 255',
  ],
  [
    allowing('src: 10.0.0.1/24'),
    '7:46 cidr-host-bits "10.0.0.1/24" has bits set behind its mask: write 10.0.0.0/24 for the network or 10.0.0.1/32 for the address',
  ],
  [allowing('src: all'), '7:46 cidr-syntax "all" is not an address or network: did you mean any?'],
  [
    allowing(`src: role == 'web'`),
    '7:46 cidr-syntax "role == \'web\'" is not an address or network: a selector stands in a mapping, as {selector: "..."}',
  ],
  [allowing('src: [any, 10.0.0.1]'), '7:47 invalid-value "any" stands in a list, and means everything: write src: any'],
  [
    allowing('src: []'),
    '7:41 empty-list src is an empty list, so the case would describe no packet: list something, or write any',
  ],
  [allowing('src: {}'), '7:46 missing-field src is an empty mapping: give a selector, or write any'],
  [allowing('src: {selector: ""}'), '7:57 invalid-value selector is empty: write all() for every peer, or remove it'],
  [
    allowing('src: {selctor: all()}'),
    '7:47 unknown-field unknown field "selctor" in spec.cases[0].src: did you mean "selector"?',
  ],
  [
    allowing('src: [{selctor: all()}]'),
    '7:48 unknown-field unknown field "selctor" in spec.cases[0].src[0]: did you mean "selector"?',
  ],
  [allowing('src: {selector: global()}'), '7:57 selector-global'],
  [
    allowing('src: {namespaceSelector: "global() && has(x)"}'),
    '7:67 selector-global global() stands beside something else: it is a namespaceSelector of its own',
  ],
  [allowing('src: 7'), '7:46 wrong-type spec.cases[0].src is the number 7: it must be text, a mapping or a list'],
  [allowing('src: [7]'), '7:47 wrong-type spec.cases[0].src[0] is the number 7: it must be text or a mapping'],
  [
    allowing('src: 10.0.0.1, dst: "fd00::1"'),
    '7:61 mixed-families dst is IPv6 and src is IPv4: no packet is both, so give one family or one case for each',
  ],
  [
    allowing('proto: icmp, dst: "fd00::1"'),
    '7:48 mixed-families proto is IPv4 and dst is IPv6: no packet is both, so give one family or one case for each',
  ],

  // protocols, ports and the like
  [allowing('proto: tpc'), '7:48 invalid-value the protocol "tpc" is not known: did you mean tcp?'],
  [
    allowing('proto: [tcp, 256]'),
    '7:54 invalid-value the protocol 256 is not known: write tcp, udp, icmp, icmpv6, sctp, udplite, a number from 1 to 255, or any',
  ],
  [allowing('proto: {}'), '7:48 wrong-type spec.cases[0].proto is a mapping: it must be a number, text or a list'],
  [allowing('proto: tcp, dport: 8000-8010'), '7:60 port-syntax dport is "8000-8010": write the range as "8000:8010"'],
  [allowing('proto: tcp, dport: 0'), '7:60 port-syntax dport is 0: ports go from 1 to 65535'],
  [
    allowing('proto: tcp, dport: http'),
    '7:60 port-syntax dport is "http": names of ports are for rules, a test says the number that counts',
  ],
  [
    allowing('dport: 80'),
    '7:41 ports-need-protocol dport says nothing without a protocol: add proto: tcp, udp, or both in a list',
  ],
  [
    allowing('proto: [tcp, icmp], sport: 80'),
    '7:61 ports-need-protocol sport is given, but ICMP has no ports: use proto tcp, udp, sctp or udplite',
  ],
  [
    allowing('proto: tcp, icmp-type: 8'),
    '7:53 icmp-needs-protocol icmp-type needs its protocol: add proto: icmp for IPv4 or proto: icmpv6 for IPv6, one of them alone',
  ],
  [
    allowing('proto: icmp, icmp-type: ping'),
    '7:65 invalid-value icmp-type is "ping": write a number from 0 to 255, or a range such as "133:136"',
  ],
  [
    allowing('proto: icmp, icmp-code: 0'),
    '7:54 icmp-code-needs-type icmp-code is given without a type: add the icmp-type that the code belongs to',
  ],
  [
    allowing('state: untracked, orig-dst: 192.0.2.1'),
    '7:59 invalid-value orig-dst is given, but the state is untracked: only a tracked connection is rewritten',
  ],
]
