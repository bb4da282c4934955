/** Connections judged as if they were opened now, and those that a change of the table cuts. */

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { judgeChange } from '../../src/explain/denied-flows.ts'
import { flowJudge } from '../../src/explain/judge-flow.ts'
import type { Flow, Route, RouteTo } from '../../src/flow/flow.ts'
import { printAddress } from '../../src/net/address.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { tableOf } from '../compile/compiled-table.ts'
import { endOf, flowOf } from '../flow/some-flow.ts'
import { allow, e0, e1, policy, tcpTo } from '../kernel/packet-policies.ts'

const eth0: Route = { type: 'interfaces', names: ['eth0'] }
const eth1: Route = { type: 'interfaces', names: ['eth1'] }
const either: Route = { type: 'interfaces', names: ['eth0', 'eth1'] }
const routes: Readonly<Record<string, Route>> = {
  '203.0.113.10': { type: 'local' },
  '127.0.0.1': { type: 'local' },
  '198.51.100.7': eth0,
  '198.51.100.8': eth0,
  '10.0.0.5': eth1,
  '192.0.2.77': either,
}
const routeTo: RouteTo = (address) => routes[printAddress(address)]

const open = (...ports: readonly number[]): Ruleset =>
  tableOf(
    e0(),
    policy('p', {
      applyOnForward: true,
      types: ['Ingress', 'Egress'],
      ingress: ports.map((port) => allow(tcpTo(port))),
      egress: ports.map((port) => allow(tcpTo(port))),
    }),
  )
const judge = (flow: Flow, table: Ruleset = open(80)): string => flowJudge(table, routeTo)(flow).join()

test('flowJudge() judges what comes in, goes out and passes through by the way it takes', () => {
  assert.is(judge(flowOf('tcp 198.51.100.7:4000 203.0.113.10:80')), 'allow')
  assert.is(judge(flowOf('tcp 198.51.100.7:4000 203.0.113.10:81')), 'deny')
  assert.is(judge(flowOf('tcp 203.0.113.10:4000 198.51.100.7:80')), 'allow')
  assert.is(judge(flowOf('tcp 203.0.113.10:4000 198.51.100.7:81')), 'deny')
  assert.is(judge(flowOf('tcp 198.51.100.7:4000 10.0.0.5:80')), 'allow')
  assert.is(judge(flowOf('tcp 198.51.100.7:4000 10.0.0.5:81')), 'deny')
  assert.is(judge(flowOf('tcp 10.0.0.5:4000 198.51.100.7:81')), 'deny')
})

test('flowJudge() leaves alone what no endpoint governs: loopback, other interfaces', () => {
  assert.is(judge(flowOf('tcp 127.0.0.1:4000 127.0.0.1:81')), 'allow')
  assert.is(judge(flowOf('tcp 10.0.0.5:4000 203.0.113.10:81')), 'allow')
  const star = tableOf(e0({ interfaceName: 'lo' }))
  assert.is(judge(flowOf('tcp 127.0.0.1:4000 127.0.0.1:81'), star), 'deny', 'an endpoint of its own for loopback')
})

test('flowJudge() judges a rewritten connection where it really goes', () => {
  const to = endOf('10.0.0.5:80')
  const rewritten = { destination: to.address, destinationPort: to.port }
  assert.is(judge(flowOf('tcp 198.51.100.7:4000 203.0.113.10:8080', { rewritten })), 'allow')
  const denied = { ...rewritten, destinationPort: 81 }
  assert.is(judge(flowOf('tcp 198.51.100.7:4000 203.0.113.10:80', { rewritten: denied })), 'deny')
  const barred = tableOf(
    e0(),
    policy('early', {
      applyOnForward: true,
      preDNAT: true,
      ingress: [{ action: 'Deny', protocol: 'TCP', destination: { ports: [8080] } }],
    }),
  )
  assert.is(judge(flowOf('tcp 198.51.100.7:4000 203.0.113.10:8080', { rewritten }), barred), 'deny')
})

test('flowJudge() knows when nobody can tell', () => {
  assert.is(judge(flowOf('tcp 192.0.2.1:4000 203.0.113.10:80')), '', 'no route')
  const table = open(80)
  const input = table.chains.get('input')
  const opaque = {
    matches: [],
    statements: [{ type: 'opaque', text: 'meta cpu 0 accept' }],
    verdict: undefined,
    comment: undefined,
  } as const
  assert.ok(input)
  const foreign = {
    ...table,
    chains: new Map([...table.chains, ['input', { ...input, rules: [opaque, ...input.rules] }]]),
  }
  assert.is(judge(flowOf('tcp 198.51.100.7:4000 203.0.113.10:81'), foreign), 'unknown')
})

test('flowJudge() judges every way that a connection may take', () => {
  const incoming = flowOf('tcp 192.0.2.77:4000 203.0.113.10:81')
  assert.is(judge(incoming), 'deny,allow')
  assert.is(judge(flowOf('tcp 203.0.113.10:4000 192.0.2.77:81')), 'deny,allow')
  assert.is(judge(flowOf('tcp 192.0.2.77:4000 192.0.2.77:81')), 'deny,deny,deny,allow')
})

test('judgeChange() leaves alone what the table denies on some ways only, and asks the one before about any', () => {
  const incoming = flowOf('tcp 192.0.2.77:4000 203.0.113.10:81')
  const both = (...ports: readonly number[]): Ruleset =>
    tableOf(e0(), e1(), policy('p', { selector: 'all()', ingress: ports.map((port) => allow(tcpTo(port))) }))
  const fate = (before: Ruleset, now: Ruleset): string => judgeChange({ before, now, routeTo })(incoming)
  assert.is(fate(open(80, 81), open(80)), 'undecided', 'eth1 is not governed')
  assert.is(fate(both(80, 81), both(80)), 'denied')
  assert.is(fate(open(80), both(80)), 'denied', 'by eth1 it was allowed')
  assert.is(fate(both(80), both(80)), 'stays')
})

test('judgeChange() tells what is denied now and was allowed before, and what nobody can tell', () => {
  const flows = [
    flowOf('tcp 198.51.100.7:4000 203.0.113.10:80'),
    flowOf('tcp 198.51.100.7:4001 203.0.113.10:81'),
    flowOf('tcp 198.51.100.8:4002 203.0.113.10:81'),
    flowOf('tcp 198.51.100.8:4003 203.0.113.10:81', { isOver: true }),
    flowOf('tcp 198.51.100.8:4004 203.0.113.10:81', { zone: 3 }),
    flowOf('tcp 198.51.100.8:4005 203.0.113.10:99'),
    flowOf('tcp 192.0.2.1:4006 203.0.113.10:81'),
  ]
  const fates = (before: Ruleset, now: Ruleset) => flows.map(judgeChange({ before, now, routeTo }))
  const [stays, denied, undecided] = ['stays', 'denied', 'undecided']
  assert.equal(fates(open(80, 81), open(80)), [stays, denied, denied, stays, undecided, stays, undecided])
  assert.not.ok(fates(open(80), open(80, 81)).includes('denied'))
})

test.run()
