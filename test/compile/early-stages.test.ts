import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  allow,
  configuration,
  deny,
  e0,
  e1,
  endpoint,
  failsafes,
  policy,
  tcpTo,
  workload,
} from '../kernel/packet-policies.ts'
import { linesOf, tableOf } from './compiled-table.ts'

const early = (name: string, spec: object): object => policy(name, { preDNAT: true, applyOnForward: true, ...spec })
const raw = (spec: object): object => policy('raw', { doNotTrack: true, applyOnForward: true, ...spec })
const few = failsafes([{ protocol: 'TCP', port: 22 }], [{ protocol: 'UDP', port: 53, net: '192.0.2.0/24' }])
const upkeep = 2
const isMarked = 'meta mark & 0x00010000 == 0x00010000'

test('addRawStage() asks untracked policies on their interfaces, and an Allow is remembered and not tracked (S1)', () => {
  const table = tableOf(e0(), e1(), raw({ ingress: [allow(tcpTo(80)), deny()] }))
  assert.equal(linesOf(table, 'raw-prerouting'), [
    'meta mark set meta mark & 0xfffeffff',
    'iifname vmap @interfaces/untracked-ingress',
  ])
  assert.equal(linesOf(table, 'untracked/ingress/e0'), [
    'jump failsafe/raw-ingress',
    'jump untracked/ingress/e0/policy',
  ])
  assert.equal(linesOf(table, 'untracked/ingress/e0/policy'), [
    'tcp dport 80 counter name "gnp/raw/ingress/0" goto allow/untracked',
    'counter name "gnp/raw/ingress/1" drop',
  ])
  assert.equal(linesOf(table, 'allow/untracked'), ['notrack meta mark set meta mark | 0x00010000 accept'])
  assert.equal([...(table.maps.get('interfaces/untracked-ingress')?.elements.keys() ?? [])], ['"eth0"'])
  assert.equal(table.chains.get('raw-prerouting')?.hook, {
    type: 'filter',
    hook: 'prerouting',
    priority: -300,
    fallback: 'accept',
  })
})

test('addRawStage() keeps failsafe connections tracked in both directions, for this host only (EV-66, DV-3)', () => {
  const table = tableOf(e0(), few, raw({ ingress: [deny()], egress: [deny()] }))
  assert.equal(linesOf(table, 'failsafe/raw-ingress')?.slice(upkeep), [
    'fib daddr type { local, broadcast } tcp dport 22 counter name "failsafe/ingress/tcp-22" accept',
    'ip saddr 192.0.2.0/24 fib daddr type { local, broadcast } udp sport 53 accept',
  ])
  assert.equal(linesOf(table, 'failsafe/raw-egress')?.slice(upkeep), [
    'ip daddr 192.0.2.0/24 udp dport 53 counter name "failsafe/egress/udp-53" accept',
    'tcp sport 22 accept',
  ])
})

test('addRawStage() stops spoofed sources of workloads (EV-44), but not duplicate address detection', () => {
  assert.equal(linesOf(tableOf(e0(), workload('a', 'cali1', { ipNetworks: ['10.65.0.2'] })), 'workload/source'), [
    'meta nfproto ipv4 fib saddr . iif oif missing counter name "workload/spoofed" drop',
    'ip6 saddr != :: fib saddr . iif oif missing counter name "workload/spoofed" drop',
  ])
})

test('addRawStage() asks no source of an unknown workload where nothing lets its packets pass', () => {
  assert.is(linesOf(tableOf(e0()), 'raw-prerouting'), undefined)
  const star = tableOf(endpoint('star', { interfaceName: '*' }))
  assert.equal(linesOf(star, 'raw-prerouting'), ['iifname "cali*" goto workload/source'])
})

test('addPreDnatStage() accepts what goes on or was allowed before, then asks the endpoint (S2)', () => {
  const table = tableOf(e0(), e1(), few, early('q', { ingress: [allow(tcpTo(80)), deny()] }))
  assert.equal(linesOf(table, 'pre-dnat'), [
    'ct state established,related accept',
    `${isMarked} accept`,
    'iifname vmap @interfaces/pre-dnat',
  ])
  assert.equal(
    [...(table.maps.get('interfaces/pre-dnat')?.elements ?? [])],
    [['"eth0"', { type: 'goto', chain: 'pre-dnat/e0' }]],
  )
  assert.equal(linesOf(table, 'pre-dnat/e0'), [
    'ct state invalid counter name "endpoint/e0/ingress/invalid" drop',
    'jump ended',
    'jump failsafe/pre-dnat',
    'jump pre-dnat/e0/policy',
  ])
  assert.equal(linesOf(table, 'pre-dnat/e0/policy'), [
    'tcp dport 80 counter name "gnp/q/ingress/0" goto allow/pre-dnat',
    'counter name "gnp/q/ingress/1" drop',
  ])
  assert.equal(linesOf(table, 'failsafe/pre-dnat')?.slice(upkeep), [
    'fib daddr type { local, broadcast } tcp dport 22 counter name "failsafe/ingress/tcp-22" accept',
  ])
  assert.equal(linesOf(table, 'allow/pre-dnat'), ['meta mark set meta mark | 0x00010000 accept'])
})

test('addPreDnatStage() keeps the star endpoint off loopback and off every named one (DV-1, DV-2)', () => {
  const star = endpoint('star', { interfaceName: '*' })
  const table = tableOf(star, e0(), e1(), early('q', { selector: "hep in {'star', 'e1'}", ingress: [deny()] }))
  assert.equal(linesOf(table, 'pre-dnat')?.slice(2), [
    'iifname vmap @interfaces/pre-dnat',
    'iifname "lo" accept',
    'goto pre-dnat/star',
  ])
  assert.equal(
    [...(table.maps.get('interfaces/pre-dnat')?.elements ?? [])],
    [
      ['"eth0"', { type: 'return' }],
      ['"eth1"', { type: 'goto', chain: 'pre-dnat/e1' }],
    ],
  )
})

test('the early stages use the lowest bit of the mask, drop where others reject, and leave IPv6 alone where it is off', () => {
  const settings = configuration({ nftablesMarkMask: 0xff00, nftablesFilterDenyAction: 'Reject', ipv6Support: false })
  const table = tableOf(e0(), settings, early('q', { ingress: [deny(tcpTo(80)), allow()] }))
  assert.equal(linesOf(table, 'allow/pre-dnat'), ['meta mark set meta mark | 0x00000100 accept'])
  assert.is(linesOf(table, 'pre-dnat/e0/policy')?.[0], 'tcp dport 80 counter name "gnp/q/ingress/0" drop')
  for (const chain of [
    'raw-prerouting',
    'raw-output',
    'pre-dnat',
    'input',
    'output',
    'forward-ingress',
    'workload-egress',
    'forward-egress',
    'postrouting',
  ])
    assert.is(linesOf(table, chain)?.[0], 'meta nfproto ipv6 accept', chain)
})

test('the early stages have no chains of an endpoint without early policies, and no mark', () => {
  const table = tableOf(e0(), policy('web', { ingress: [allow(tcpTo(80))] }))
  const names = [...table.chains.keys()].filter((name) => /dnat|untracked|raw-output|allow/.test(name))
  assert.equal(names, [])
  assert.not.match([...table.chains.keys()].flatMap((name) => linesOf(table, name) ?? []).join('\n'), 'mark')
})

test.run()
