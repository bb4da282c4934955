import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { allow, deny, e0, policy, profile, tcpTo, tier, workload } from '../kernel/packet-policies.ts'
import { linesOf, tableOf } from './compiled-table.ts'

const pass = (match = {}): object => ({ action: 'Pass', ...match })
const onApp = (name: string, spec: object): object => policy(name, { selector: 'has(app)', ...spec })
const a = (profiles: readonly string[]): object => workload('a', 'cali1', { ipNetworks: ['10.65.0.2'], profiles })
const chain = 'workload/ingress/default/a'
const denial = ['counter name oifname map @workloads/ingress-denied drop', 'drop']
const tracking = 3

test('returningRules() returns what is allowed, and ends a tier that denies with the denial (EV-5)', () => {
  const table = tableOf(
    a(['open']),
    profile('open', { ingress: [allow()] }),
    onApp('web', { ingress: [allow(tcpTo(80)), deny(tcpTo(81))] }),
  )
  assert.equal(linesOf(table, chain)?.slice(tracking), [
    'tcp dport 80 counter name "gnp/web/ingress/0" return',
    'tcp dport 81 counter name "gnp/web/ingress/1" drop',
    ...denial,
  ])
})

test('returningRules() lets a Pass go to the next tier or profile, and the end of a tier that passes, too (EV-13)', () => {
  const table = tableOf(
    a(['p']),
    profile('p', { ingress: [pass(tcpTo(9)), allow(tcpTo(10))] }),
    tier('first', { order: 1, defaultAction: 'Pass' }),
    tier('second', { order: 2, defaultAction: 'Pass' }),
    onApp('x', { tier: 'first', ingress: [pass(tcpTo(80)), allow(tcpTo(81))] }),
    onApp('y', { tier: 'second', ingress: [deny(tcpTo(80))] }),
    onApp('z', { ingress: [pass(tcpTo(443))] }),
  )
  assert.equal(linesOf(table, chain)?.slice(tracking), [
    `tcp dport 80 counter name "gnp/x/ingress/0" goto ${chain}/second`,
    'tcp dport 81 counter name "gnp/x/ingress/1" return',
    `goto ${chain}/second`,
  ])
  assert.equal(linesOf(table, `${chain}/second`), [
    'tcp dport 80 counter name "gnp/y/ingress/0" drop',
    `tcp dport 443 counter name "gnp/z/ingress/0" goto ${chain}/profile_p`,
    ...denial,
  ])
  assert.equal(linesOf(table, `${chain}/profile_p`), [
    `tcp dport 9 counter name "profile/p/ingress/0" goto ${chain}/list_end`,
    'tcp dport 10 counter name "profile/p/ingress/1" return',
    `goto ${chain}/list_end`,
  ])
  assert.equal(linesOf(table, `${chain}/list_end`), denial)
})

test('returningRules() keeps apart tiers and profiles with the same name, and the end of the list', () => {
  const names = ['end', 'profile-p']
  const table = tableOf(
    a(['p', 'end']),
    profile('p', { ingress: [pass(tcpTo(9))] }),
    profile('end', { ingress: [pass(tcpTo(10))] }),
    ...names.map((name, at) => tier(name, { order: 10 + at, defaultAction: 'Pass' })),
    tier('before', { order: 1, defaultAction: 'Pass' }),
    onApp('x', { tier: 'before', ingress: [pass(tcpTo(1))] }),
    ...names.map((name) => onApp(name, { tier: name, ingress: [pass(tcpTo(2))] })),
  )
  const chains = [...table.chains.keys()].filter((name) => name.startsWith(`${chain}/`))
  assert.equal(chains.map((name) => name.slice(chain.length + 1)).sort(), [
    'end',
    'list_end',
    'profile-p',
    'profile_end',
    'profile_p',
  ])
})

test('returningRules() ends with nothing where the packet goes on (EV-21)', () => {
  const table = tableOf(e0(), policy('p', { applyOnForward: true, ingress: [deny(tcpTo(80)), pass()] }))
  assert.equal(linesOf(table, 'forward/ingress/e0')?.slice(tracking), [
    'tcp dport 80 counter name "gnp/p/ingress/0" drop',
    'counter name "gnp/p/ingress/1" return',
    'counter name "endpoint/e0/ingress/denied" drop',
  ])
})

test.run()
