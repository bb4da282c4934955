/** What a policy test is read as. */

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { printCidr } from '../../src/net/cidr.ts'
import type { TestCase } from '../../src/policy/policy-test.ts'
import { printSelector } from '../../src/selector/print-selector.ts'
import { check, fileOf, policyTest, printPlain, testCase } from './policy-files.ts'

const read = (text: string) => {
  const { policySet, diagnostics } = check([fileOf('a.yaml', text)])
  assert.equal(diagnostics.map(printPlain), [])
  const [one] = policySet.tests
  if (one === undefined) throw new Error('no test was read')
  return one
}
const readCase = (fields: string): TestCase => {
  const [one] = read(testCase(`expect: deny, ${fields}`)).cases
  if (one === undefined) throw new Error('no case was read')
  return one
}
const endpoints = ['web-1', 'web-2']
  .map(
    (node) =>
      `---\napiVersion: projectcalico.org/v3\nkind: HostEndpoint\nmetadata: {name: ${node}, labels: {role: web}}\nspec: {node: ${node}, interfaceName: eth0}\n`,
  )
  .join('')
const oneCase = 'cases: [{name: c, iif: eth0, expect: allow}]'

test('readPolicyTest() takes hosts by name, by names and by the labels of their endpoints', () => {
  const hosts = (spec: string) => read(policyTest(`${spec}\n${oneCase}`) + endpoints).hosts
  const names = (spec: string) => {
    const found = hosts(spec)
    return found.type === 'named' ? found.hosts.map(({ node }) => node) : found.type
  }
  assert.equal(names('host: web-1'), ['web-1'])
  assert.equal(names('hosts: [web-2, web-1]'), ['web-2', 'web-1'])
  const selected = hosts("selector: role == 'web'")
  assert.is(selected.type === 'selected' && printSelector(selected.selector), 'role == "web"')
})

test('readTestCase() takes what is not said for anything, and a state for new', () => {
  const { span, ...rest } = readCase('iif: eth0')
  assert.is(span.source.text.slice(span.start, span.end), 'c')
  assert.equal(rest, {
    name: 'c',
    iif: 'eth0',
    oif: undefined,
    state: 'new',
    source: undefined,
    destination: undefined,
    protocols: undefined,
    sourcePorts: undefined,
    destinationPorts: undefined,
    icmpTypes: undefined,
    icmpCodes: undefined,
    original: undefined,
    expect: 'deny',
  })
  const any = readCase('iif: eth0, src: any, dst: any, proto: any, sport: any, dport: any, icmp-type: any')
  assert.equal({ ...any, span: undefined }, { ...rest, span: undefined })
})

test('readTestCase() takes addresses, networks and peers, alone and in a list', () => {
  const source = (text: string) => {
    const { networks = [], peers = [] } = readCase(`iif: eth0, src: ${text}`).source ?? {}
    return [
      ...networks.map(printCidr),
      ...peers.map(({ selector, notSelector }) =>
        [selector, notSelector].map((one) => (one === undefined ? '-' : printSelector(one))).join(' without '),
      ),
    ]
  }
  assert.equal(source('198.51.100.7'), ['198.51.100.7/32'])
  assert.equal(source('"2001:db8::/32"'), ['2001:db8::/32'])
  assert.equal(source('{selector: has(role)}'), ['has(role) without -'])
  assert.equal(source('{notSelector: has(role)}'), ['- without has(role)'])
  assert.equal(source('{namespaceSelector: all(), selector: a == "b"}'), [
    '(has(projectcalico.org/namespace) && a == "b") without -',
  ])
  assert.equal(source('{namespaceSelector: global()}'), ['!has(projectcalico.org/namespace) without -'])
  assert.equal(source('[10.0.0.0/8, {selector: all()}, "::1"]'), ['10.0.0.0/8', '::1/128', 'all() without -'])
})

test('readTestCase() takes protocols by the words of packets and of rules, and by number', () => {
  const protocols = (text: string) =>
    readCase(`oif: eth0, proto: ${text}`).protocols?.map(({ number, family }) => `${number}/${family ?? 'any'}`)
  assert.equal(protocols('tcp'), ['6/any'])
  assert.equal(protocols('[UDP, ICMPv6, icmp]'), ['17/any', '58/6', '1/4'])
  assert.equal(protocols('1'), ['1/any'])
  assert.equal(protocols('"112"'), ['112/any'])
})

test('readTestCase() takes ports and ICMP types as numbers, ranges and lists of them', () => {
  const ports = readCase('iif: eth0, proto: [tcp, udplite], sport: 1024:65535, dport: [80, "443", 8000:8010]')
  assert.equal(ports.sourcePorts, [{ from: 1024, to: 65535 }])
  assert.equal(ports.destinationPorts, [
    { from: 80, to: 80 },
    { from: 443, to: 443 },
    { from: 8000, to: 8010 },
  ])
  const { icmpTypes, icmpCodes } = readCase('iif: eth0, proto: icmpv6, icmp-type: 133:136, icmp-code: 0')
  assert.equal([icmpTypes, icmpCodes], [[{ from: 133, to: 136 }], [{ from: 0, to: 0 }]])
})

test('readTestCase() takes a packet for rewritten when either original field is given', () => {
  const original = (fields: string) => readCase(`iif: eth0, oif: eth1, proto: tcp, ${fields}`).original
  assert.equal(original('orig-dport: 8080'), { destination: undefined, destinationPorts: [{ from: 8080, to: 8080 }] })
  assert.equal(original('orig-dst: any'), { destination: undefined, destinationPorts: undefined })
})

test.run()
