import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { allow, configuration, e0, e1, endpoint, networkSet, policy, tcpTo } from '../kernel/packet-policies.ts'
import { linesOf, tableOf } from './compiled-table.ts'

const noWorkloads = configuration({ interfacePrefix: 'none' })
const nobody = networkSet('nobody', {}, ['192.0.2.1'])

test('addForwardStage() asks the way in, the workloads and the way out, in this order (4.4 S3b)', () => {
  const table = tableOf(e0(), configuration({ interfacePrefix: 'cali,fifteen-letters' }))
  assert.equal(linesOf(table, 'forward'), [
    'jump forward/ingress',
    'iifname "cali*" jump workload/egress',
    'iifname "fifteen-letters" jump workload/egress',
    'oifname "cali*" jump workload/ingress',
    'oifname "fifteen-letters" jump workload/ingress',
    'goto forward/egress',
  ])
})

test('addForwardStage() leaves out the way in for what was allowed before, never the way out (EV-31)', () => {
  const early = policy('early', { preDNAT: true, applyOnForward: true, ingress: [allow(tcpTo(80))] })
  assert.equal(linesOf(tableOf(e0(), noWorkloads, early), 'forward'), [
    'meta mark & 0x00010000 == 0x00000000 jump forward/ingress',
    'meta mark set meta mark & 0xfffeffff',
    'goto forward/egress',
  ])
})

test('addForwardStage() has only connection tracking where no policy applies on forward, and no denial (EV-20, DV-4)', () => {
  const table = tableOf(
    e0(),
    e1(),
    policy('local', { selector: 'has(hep)', ingress: [allow(tcpTo(22))] }),
    policy('ahead', { applyOnForward: true, ingress: [allow(tcpTo(80)), { action: 'Log' }] }),
  )
  const tracking = (name: string, direction: string): readonly string[] => [
    'ct state established,related accept',
    `ct state invalid counter name "endpoint/${name}/${direction}/invalid" drop`,
    'jump ended',
  ]
  assert.equal(linesOf(table, 'forward/ingress/e0'), [
    ...tracking('e0', 'ingress'),
    'tcp dport 80 counter name "gnp/ahead/ingress/0" return',
    'counter name "gnp/ahead/ingress/1" limit rate 10/second log prefix "calico-packet: "',
    'counter name "endpoint/e0/ingress/denied" drop',
  ])
  assert.equal(linesOf(table, 'forward/egress/e0'), tracking('e0', 'egress'))
  assert.equal(linesOf(table, 'forward/ingress/e1'), tracking('e1', 'ingress'))
})

test('addForwardStage() gives the star endpoint every other interface (IF-40)', () => {
  const table = tableOf(e0(), endpoint('star', { interfaceName: '*' }))
  assert.equal(linesOf(table, 'forward/egress'), [
    'oifname vmap @interfaces/forward-egress',
    'goto forward/egress/star',
  ])
  assert.equal([...(table.maps.get('interfaces/forward-egress')?.elements.keys() ?? [])], ['"eth0"'])
})

test('addForwardStage() leaves the hook alone where there is neither endpoint nor workload (F12)', () => {
  assert.equal([...tableOf(noWorkloads, nobody).chains.keys()], [])
  assert.equal(linesOf(tableOf(nobody), 'forward'), [
    'iifname "cali*" jump workload/egress',
    'oifname "cali*" jump workload/ingress',
  ])
})

test.run()
