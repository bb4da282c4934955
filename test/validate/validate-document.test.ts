/** What policy comes out of valid documents, and that one fault neither hides others nor causes them. */

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { printCidr } from '../../src/net/cidr.ts'
import { check, documentOf, fileOf, printPlain } from './policy-files.ts'

const policyOf = (spec: string) => check([fileOf('a.yaml', documentOf('GlobalNetworkPolicy', 'p', spec))])
const codes = (...texts: readonly string[]) =>
  check(texts.map((text, index) => fileOf(`${index}.yaml`, text))).diagnostics.map((diagnostic) =>
    printPlain(diagnostic).split(' ').slice(0, 2).join(' '),
  )

test('validateFiles() derives types from the rules', () => {
  const rules = { in: 'ingress: [{action: Allow}]', out: 'egress: [{action: Allow}]' }
  const types = (spec: string) => [...(policyOf(spec).policySet.policies[0]?.types ?? [])]
  assert.equal(types('order: 1'), ['ingress'])
  assert.equal(types(rules.in), ['ingress'])
  assert.equal(types(`types: []\n${rules.out}`), ['egress'])
  assert.equal(types(`${rules.in}\n${rules.out}`), ['ingress', 'egress'])
  assert.equal(types('types: [Egress]'), ['egress'])
})

test('validateFiles() reads every criterion of a rule', () => {
  const { policySet, diagnostics } = policyOf(
    'order: null\nselector: has(a)\ningress:\n- action: Log\n  protocol: "6"\n  notProtocol: UDP\n  source: {nets: [10.0.0.0/8], notNets: [10.1.0.0/16], selector: "", notSelector: all(), notPorts: [1]}\n  destination: {ports: [80, "8000:8010"]}\n- {action: Pass, protocol: ICMPv6, icmp: {type: 128}, notICMP: {}}',
  )
  assert.equal(diagnostics, [])
  const [policy] = policySet.policies
  assert.is(policy?.order, Number.POSITIVE_INFINITY)
  assert.equal(policy?.selector, { type: 'has', label: 'a' })
  const [first, second] = policy?.ingress ?? []
  assert.equal([first?.action, first?.protocol, first?.notProtocol, first?.ipVersion], ['Log', 6, 17, undefined])
  assert.equal(first?.source.nets?.map(printCidr), ['10.0.0.0/8'])
  assert.equal(first?.source.notNets?.map(printCidr), ['10.1.0.0/16'])
  assert.equal([first?.source.selector, first?.source.notSelector], [undefined, { type: 'all' }])
  assert.equal(first?.destination.ports, [
    { from: 80, to: 80 },
    { from: 8000, to: 8010 },
  ])
  assert.equal(
    [second?.ipVersion, second?.protocol, second?.icmp, second?.notIcmp],
    [6, 58, { type: 128, code: undefined }, undefined],
  )
})

test('validateFiles() takes an empty selector of a rule as no restriction, but blanks as all()', () => {
  const selector = (text: string) =>
    policyOf(`ingress: [{action: Allow, source: {selector: "${text}"}}]`).policySet.policies[0]?.ingress[0]?.source
      .selector
  assert.is(selector(''), undefined)
  assert.equal(selector(' '), { type: 'all' })
})

test('validateFiles() masks host bits in network sets', () => {
  const { policySet } = check([
    fileOf('a.yaml', documentOf('GlobalNetworkSet', 's', 'nets: [10.0.0.5/24, 10.9.9.9, "fd00::1/8"]')),
  ])
  assert.equal(policySet.networkSets[0]?.nets.map(printCidr), ['10.0.0.0/24', '10.9.9.9/32', 'fd00::/8'])
})

test('validateFiles() reads failsafe ports and interface prefixes', () => {
  const read = (spec: string) =>
    check([fileOf('a.yaml', documentOf('FelixConfiguration', 'node.gw', spec))]).policySet.configurations[0]
  const net = { family: 4, base: 0x0a000000n, prefix: 8 }
  assert.equal(
    read(
      'failsafeInboundHostPorts: [{port: 22}, {protocol: udp, port: 68, net: 10.0.0.0/8}]\nfailsafeOutboundHostPorts: []',
    )?.failsafeInbound,
    [
      { protocol: 6, port: 22, net: undefined },
      { protocol: 17, port: 68, net },
    ],
  )
  assert.equal(read('failsafeOutboundHostPorts: []')?.failsafeOutbound, [])
  assert.is(read('failsafeOutboundHostPorts: []')?.failsafeInbound, undefined)
  assert.equal(read('interfacePrefix: "cali, tap"')?.interfacePrefixes, ['cali', 'tap'])
  assert.equal(read('interfacePrefix: None')?.interfacePrefixes, [])
})

test('validateFiles() accepts what a Calico server adds on export', () => {
  const text = documentOf('Profile', 'x', 'labelsToApply: {a: b}').replace(
    '{name: x}',
    '{name: x, uid: u, resourceVersion: "1", creationTimestamp: null, generation: 1, managedFields: [], annotations: {Example.org/A: b}}',
  )
  assert.equal(codes(text), [])
})

test('validateFiles() leaves a faulty document out and keeps the others', () => {
  const good = documentOf('GlobalNetworkSet', 'good', 'nets: []')
  const { policySet, diagnostics } = check([
    fileOf('a.yaml', documentOf('GlobalNetworkSet', 'bad', 'nets: [x]')),
    fileOf('b.yaml', good),
  ])
  assert.equal([policySet.networkSets.map(({ name }) => name), diagnostics.length], [['good'], 1])
})

test('validateFiles() counts a profile as existing however faulty its document is', () => {
  const endpoint = documentOf(
    'HostEndpoint',
    'h',
    'node: n\ninterfaceName: eth0\nprofiles: [web, projectcalico-default-allow]',
  )
  const profile = documentOf('Profile', 'web', 'ingress: [{action: Allow}]')
  assert.equal(codes(endpoint, profile.replace('Allow', 'allow')), ['1.yaml:5:22 invalid-value'])
  assert.equal(codes(endpoint, profile.replace('v3', 'v2')), ['1.yaml:1:13 unsupported-version'])
  assert.equal(codes(endpoint, profile.replace('[{', '[')), ['1.yaml:5:26 yaml-syntax'])
  assert.equal(codes(endpoint, `${profile}# \u0001`), ['1.yaml:6:3 file-encoding'])
})

test('validateFiles() finds what a wrong type leaves readable, and nothing that follows from it', () => {
  const spec =
    'selector: [a]\ningress:\n- action: Allow\n  protocol: {}\n  source: {nets: [7, 10.0.0.1], ports: 22}\n- text\n- action: Allow\n  source: {nets: [x]}'
  assert.equal(codes(documentOf('GlobalNetworkPolicy', 'p', spec)), [
    '0.yaml:5:13 wrong-type',
    '0.yaml:8:15 wrong-type',
    '0.yaml:9:21 wrong-type',
    '0.yaml:9:24 cidr-syntax',
    '0.yaml:9:42 wrong-type',
    '0.yaml:10:5 wrong-type',
    '0.yaml:12:21 cidr-syntax',
  ])
})

test('validateFiles() keeps messages to one line of bearable length', () => {
  const { diagnostics } = check([
    fileOf('a.yaml', documentOf('GlobalNetworkSet', 's', `nets: ["${'x'.repeat(5000)}"]`)),
    fileOf('b.yaml', documentOf('GlobalNetworkSet', 't', 'nets: one\n  two')),
  ])
  assert.equal(diagnostics.length, 2)
  for (const { message } of diagnostics) assert.ok(message.length <= 400 && !message.includes('\n'), message)
})

test('validateFiles() points at both definitions of a name', () => {
  const text = documentOf('Profile', 'x', 'labelsToApply: {}')
  const [diagnostic] = check([fileOf('a.yaml', text), fileOf('b.yaml', text)]).diagnostics
  assert.is(diagnostic?.span?.source.path, 'b.yaml')
  assert.is(diagnostic?.notes[0]?.span.source.path, 'a.yaml')
})

test('validateFiles() does not warn of endpoints without addresses that only all() selects', () => {
  const endpoint = documentOf('HostEndpoint', 'h', 'node: n\ninterfaceName: eth0')
  assert.equal(
    codes(endpoint, documentOf('GlobalNetworkPolicy', 'p', 'ingress: [{action: Allow, source: {selector: all()}}]')),
    [],
  )
})

test('validateFiles() judges a set of 50,000 networks that are all wrong in a time that grows with their number', () => {
  const nets = Array.from({ length: 50_000 }, (_, index) => `- 10.${index >> 8}.${index & 255}.0/99`).join('\n')
  const start = performance.now()
  const { diagnostics } = check([fileOf('a.yaml', documentOf('GlobalNetworkSet', 's', `nets:\n${nets}`))])
  assert.is(diagnostics.length, 50_000)
  assert.ok(performance.now() - start < 6000)
})

test('validateFiles() divides a list of ports into numbers and names, and lets names alone do without a protocol', () => {
  const endpoint = documentOf(
    'HostEndpoint',
    'h',
    'node: n\ninterfaceName: eth0\nexpectedIPs: [192.0.2.1]\nports: [{name: http, protocol: TCP, port: 80}]',
  )
  const rules =
    'ingress:\n- action: Allow\n  protocol: TCP\n  destination: {ports: [http, 443, "1:2", http]}\n- action: Allow\n  source: {notPorts: [http]}\n  metadata: {annotations: {ticket: "7"}}'
  const { policySet, diagnostics } = check([
    fileOf('a.yaml', endpoint),
    fileOf('b.yaml', documentOf('GlobalNetworkPolicy', 'p', rules)),
  ])
  assert.equal(diagnostics, [])
  const [first, second] = policySet.policies[0]?.ingress ?? []
  const numbers = [443, 1].map((from) => ({ from, to: from === 1 ? 2 : from }))
  assert.equal([first?.destination.ports, first?.destination.namedPorts], [numbers, ['http']])
  assert.equal([second?.source.notPorts, second?.source.notNamedPorts], [undefined, ['http']])
  assert.equal([...(second?.annotations ?? [])], [['ticket', '7']])
})

test('validateFiles() says nothing of port names while an endpoint that may give them cannot be read', () => {
  const policy = documentOf('GlobalNetworkPolicy', 'p', 'ingress: [{action: Allow, destination: {ports: [http]}}]')
  assert.equal(codes(policy), ['0.yaml:5:51 missing-port-name'])
  assert.equal(codes(policy, documentOf('HostEndpoint', 'h', 'node: [')), ['1.yaml:5:10 yaml-syntax'])
})

test('validateFiles() lets untracked policies be that leave the star endpoint out by labels', () => {
  const star = documentOf('HostEndpoint', 'h', 'node: n\ninterfaceName: "*"\nprofiles: [star]')
  const profile = documentOf('Profile', 'star', 'labelsToApply: {role: star}')
  const untracked = (selector: string) =>
    documentOf('GlobalNetworkPolicy', 'p', `doNotTrack: true\napplyOnForward: true\nselector: ${selector}`)
  assert.equal(codes(star, profile, untracked("role != 'star'")), [])
  assert.equal(codes(star, profile, untracked("role == 'star'")), ['2.yaml:3:18 untracked-star-endpoint'])
})

test.run()
