import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { allow, configuration, e0, endpoint, policy, tcpTo, workload } from '../kernel/packet-policies.ts'
import { linesOf, tableOf } from './compiled-table.ts'

const a = (spec = {}): object => workload('a', 'cali1', { ipNetworks: ['10.65.0.2'], ...spec })
const b = (spec = {}): object => workload('b', 'cali2', { ipNetworks: ['10.65.0.3'], ...spec })
const targets = (table: ReturnType<typeof tableOf>, map: string) => [...(table.maps.get(map)?.elements ?? [])]
const discovery = 'icmpv6 type { 130, 131, 132, 133, 135, 136 }'

test('addWorkloadStage() gives workloads with the same policies one chain, and each its own counter', () => {
  const table = tableOf(a(), b(), policy('web', { selector: 'has(app)', ingress: [allow(tcpTo(80))] }))
  assert.equal(targets(table, 'workloads/ingress'), [
    ['"cali1"', { type: 'goto', chain: 'workload/ingress/default/a' }],
    ['"cali2"', { type: 'goto', chain: 'workload/ingress/default/a' }],
  ])
  assert.equal(targets(table, 'workloads/ingress-denied'), [
    ['"cali1"', { counter: 'workload/default/a/ingress/denied' }],
    ['"cali2"', { counter: 'workload/default/b/ingress/denied' }],
  ])
  assert.equal(linesOf(table, 'workload/ingress/default/a'), [
    'ct state established,related accept',
    'ct state invalid counter name "workload/invalid" drop',
    'jump ended',
    'jump workload/ingress/default/a/policy',
    'counter name oifname map @workloads/ingress-denied drop',
    'drop',
  ])
  assert.equal(linesOf(table, 'workload/ingress/default/a/policy'), [
    'tcp dport 80 counter name "gnp/web/ingress/0" accept',
  ])
  assert.is(table.chains.has('workload/ingress/default/b'), false)
})

test('addWorkloadStage() gives workloads with other policies or profiles chains of their own', () => {
  const onB = policy('web', { selector: "app == 'b'", ingress: [allow(tcpTo(80))] })
  for (const table of [tableOf(a(), b(), onB), tableOf(a(), b({ profiles: undefined }))])
    assert.ok(linesOf(table, 'workload/ingress/default/b'))
})

const unknown = 'counter name "workload/unknown" drop'
const known = 'ct state established,related'

test('addWorkloadStage() drops what comes from or goes to an interface that nobody claims (F14)', () => {
  const table = tableOf(a())
  assert.equal(linesOf(table, 'workload/ingress'), [
    'oifname vmap @workloads/ingress',
    `${known} iifname "cali*" accept`,
    unknown,
  ])
  assert.equal(linesOf(table, 'workload/egress'), ['iifname vmap @workloads/egress', unknown])
  assert.equal(linesOf(table, 'workload/host')?.[1], 'goto workload/egress')
})

test('addWorkloadStage() asks no step about a known flow that one before it accepted (4.7)', () => {
  const named = tableOf(a(), e0())
  assert.equal(linesOf(named, 'workload-egress'), ['iifname "cali*" goto workload/egress'])
  assert.equal(linesOf(named, 'workload/ingress')?.slice(1), [
    `${known} iifname "eth0" accept`,
    `${known} iifname "cali*" accept`,
    unknown,
  ])
  const both = tableOf(a(), e0(), endpoint('star', { interfaceName: '*' }))
  assert.equal(linesOf(both, 'workload-egress'), [`${known} accept`, 'iifname "cali*" goto workload/egress'])
  assert.equal(linesOf(both, 'workload/ingress')?.slice(1), [
    `${known} iifname "eth0" accept`,
    `${known} iifname != "lo" accept`,
    unknown,
  ])
})

test('addWorkloadStage() judges packets to the host by the egress list, then by the settings (EV-43)', () => {
  const table = (action: string) => tableOf(a(), configuration({ defaultEndpointToHostAction: action }))
  for (const action of ['Drop', 'Accept', 'Return']) {
    assert.equal(linesOf(table(action), 'workload-to-host'), ['iifname "cali*" goto workload/host'])
    assert.equal(linesOf(table(action), 'workload/host'), [
      `${discovery} iifname vmap @workloads/known`,
      'goto workload/egress',
    ])
  }
  assert.equal(linesOf(table('Drop'), 'input'), [`${known} accept`, 'iifname "cali*" goto workload/to-host'])
  assert.equal(linesOf(table('Drop'), 'workload/to-host'), [
    `${discovery} accept`,
    'counter name "workload/to-host" drop',
  ])
  assert.equal(targets(table('Drop'), 'workloads/known'), [['"cali1"', { type: 'accept' }]])
  for (const action of ['Accept', 'Return'])
    assert.equal(linesOf(table(action), 'input'), [`${known} accept`, 'iifname "cali*" accept'])
})

test('addWorkloadStage() drops packets to the host in its own chain where there is no workload', () => {
  const table = tableOf(e0(), configuration({ defaultEndpointToHostAction: 'Accept' }))
  assert.equal(linesOf(table, 'input'), [
    'iifname "cali*" goto workload/egress',
    `${known} accept`,
    'iifname vmap @interfaces/ingress',
  ])
  assert.equal([table.chains.has('workload-to-host'), table.chains.has('workload/host')], [false, false])
})

test('addWorkloadStage() refuses tunnels from workloads unless the settings allow them (EV-41)', () => {
  const tunnels = (spec: object) =>
    linesOf(tableOf(a(), configuration({ ...spec })), 'workload/egress/default/a')?.filter((line) =>
      /4789|l4proto/.test(line),
    )
  assert.equal(tunnels({}), ['udp dport 4789 drop', 'meta l4proto 4 drop'])
  assert.equal(tunnels({ allowVXLANPacketsFromWorkloads: true }), ['meta l4proto 4 drop'])
  assert.equal(tunnels({ allowIPIPPacketsFromWorkloads: true, allowVXLANPacketsFromWorkloads: true }), [])
})

test('addWorkloadStage() rejects where the settings say so, but not unknown interfaces', () => {
  const table = tableOf(a(), configuration({ nftablesFilterDenyAction: 'Reject', disableConntrackInvalidCheck: true }))
  assert.equal(linesOf(table, 'workload/ingress/default/a'), [
    'ct state established,related accept',
    'jump ended',
    'jump workload/ingress/default/a/policy',
    'counter name oifname map @workloads/ingress-denied reject',
    'reject',
  ])
  assert.is(linesOf(table, 'workload/ingress')?.at(-1), unknown)
})

test.run()
