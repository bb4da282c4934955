import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { allow, configuration, deny, e0, e1, endpoint, networkSet, policy, tcpTo } from '../kernel/packet-policies.ts'
import { linesOf, tableOf } from './compiled-table.ts'

const noWorkloads = configuration({ interfacePrefix: 'none' })
const nobody = networkSet('nobody', {}, ['192.0.2.1'])
const known = 'ct state established,related'
const tracking = (name: string, direction: string): readonly string[] => [
  `ct state invalid counter name "endpoint/${name}/${direction}/invalid" drop`,
  'jump ended',
]

/** Base chains of a hook in the order of their priorities. */
function chainsOn(table: ReturnType<typeof tableOf>, hook: string): readonly string[] {
  const found = [...table.chains.values()].filter((chain) => chain.hook?.hook === hook)
  return found
    .sort((a, b) => (a.hook?.priority ?? 0) - (b.hook?.priority ?? 0))
    .map(({ name, hook: on }) => `${name} ${on?.priority}`)
}

test('addForwardStage() asks the way in, the workloads and the way out, in this order (4.4 S3b)', () => {
  const table = tableOf(e0(), configuration({ interfacePrefix: 'cali,fifteen-letters' }))
  assert.equal(chainsOn(table, 'forward'), [
    'forward-ingress -6',
    'workload-egress -4',
    'workload-ingress -2',
    'forward-egress 0',
  ])
  assert.equal(linesOf(table, 'forward-ingress'), [`${known} accept`, 'iifname vmap @interfaces/forward-ingress'])
  assert.equal(linesOf(table, 'workload-egress'), [
    'iifname "cali*" goto workload/egress',
    'iifname "fifteen-letters" goto workload/egress',
  ])
  assert.equal(linesOf(table, 'workload-ingress'), [
    'oifname "cali*" goto workload/ingress',
    'oifname "fifteen-letters" goto workload/ingress',
  ])
  assert.equal(linesOf(table, 'forward-egress'), [`${known} accept`, 'oifname vmap @interfaces/forward-egress'])
})

test('addForwardStage() keeps all steps before or all after those of others, as chainInsertMode says', () => {
  const table = tableOf(e0(), configuration({ chainInsertMode: 'Append' }))
  assert.equal(chainsOn(table, 'forward'), [
    'forward-ingress 11',
    'workload-egress 13',
    'workload-ingress 15',
    'forward-egress 17',
  ])
  assert.equal(chainsOn(table, 'input'), ['input 13'])
})

test('addForwardStage() leaves out the way in for what was allowed before, never the way out (EV-31)', () => {
  const early = policy('early', { preDNAT: true, applyOnForward: true, ingress: [allow(tcpTo(80))] })
  const table = tableOf(e0(), noWorkloads, early)
  assert.equal(linesOf(table, 'forward-ingress'), [
    `${known} accept`,
    'meta mark & 0x00010000 == 0x00010000 accept',
    'iifname vmap @interfaces/forward-ingress',
  ])
  assert.equal(linesOf(table, 'forward-egress'), [
    'meta mark set meta mark & 0xfffeffff',
    `${known} accept`,
    'oifname vmap @interfaces/forward-egress',
  ])
})

test('addForwardStage() has only connection tracking where no policy applies on forward, and no denial (EV-20, DV-4)', () => {
  const table = tableOf(
    e0(),
    e1(),
    policy('local', { selector: 'has(hep)', ingress: [allow(tcpTo(22))] }),
    policy('ahead', { applyOnForward: true, ingress: [allow(tcpTo(80)), { action: 'Log' }] }),
  )
  assert.equal(linesOf(table, 'forward/ingress/e0'), [
    ...tracking('e0', 'ingress'),
    'jump forward/ingress/e0/policy',
    'counter name "endpoint/e0/ingress/denied" drop',
  ])
  assert.equal(linesOf(table, 'forward/ingress/e0/policy'), [
    'tcp dport 80 counter name "gnp/ahead/ingress/0" accept',
    'counter name "gnp/ahead/ingress/1" limit rate 10/second log prefix "calico-packet: "',
  ])
  assert.equal(linesOf(table, 'forward/egress/e0'), tracking('e0', 'egress'))
  assert.equal(linesOf(table, 'forward/ingress/e1'), tracking('e1', 'ingress'))
})

test('addForwardStage() lets go on what the last tier passes, and denies what it does not decide (EV-21)', () => {
  const spec = { applyOnForward: true, ingress: [deny(tcpTo(80)), { action: 'Pass', ...tcpTo(81) }] }
  const table = tableOf(e0(), policy('p', spec))
  assert.equal(linesOf(table, 'forward/ingress/e0'), [...tracking('e0', 'ingress'), 'jump forward/ingress/e0/policy'])
  assert.equal(linesOf(table, 'forward/ingress/e0/policy'), ['jump forward/ingress/e0/policy/default'])
  assert.equal(linesOf(table, 'forward/ingress/e0/policy/default'), [
    'tcp dport 80 counter name "gnp/p/ingress/0" drop',
    'tcp dport 81 counter name "gnp/p/ingress/1" return',
    'counter name "endpoint/e0/ingress/denied" drop',
  ])
})

test('addForwardStage() gives the star endpoint every other interface but loopback (IF-40, DV-1)', () => {
  const table = tableOf(e0(), endpoint('star', { interfaceName: '*' }))
  assert.equal(linesOf(table, 'forward-egress'), [
    `${known} accept`,
    'oifname vmap @interfaces/forward-egress',
    'oifname "lo" accept',
    'goto forward/egress/star',
  ])
  assert.equal([...(table.maps.get('interfaces/forward-egress')?.elements.keys() ?? [])], ['"eth0"'])
})

test('addForwardStage() leaves the hook alone where there is neither endpoint nor workload (F12)', () => {
  assert.equal([...tableOf(noWorkloads, nobody).chains.keys()], [])
  assert.equal(chainsOn(tableOf(nobody), 'forward'), ['workload-egress -4', 'workload-ingress -2'])
  assert.equal(chainsOn(tableOf(noWorkloads, e0()), 'forward'), ['forward-ingress -6', 'forward-egress 0'])
})

test.run()
