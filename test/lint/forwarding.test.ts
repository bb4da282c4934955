import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findRewrittenDestinations } from '../../src/lint/rewritten-destinations.ts'
import { findUnseenForwards } from '../../src/lint/unseen-forwards.ts'
import { findWorkloadsToHost } from '../../src/lint/workloads-to-host.ts'
import { allow, deny, e0, e1, endpoint, networkSet, policy, tcpTo, workload } from '../kernel/packet-policies.ts'
import { foundBy } from './found.ts'

const other = endpoint('db', { node: 'h2', interfaceName: 'eth0', expectedIPs: ['10.0.0.31'] }, { role: 'db' })
const w1 = workload('w1', 'cali1', {
  ipNetworks: ['10.65.0.2/32'],
  ports: [{ name: 'http', protocol: 'TCP', port: 80 }],
})
const toDb = { destination: { selector: "role == 'db'" } }

test('findUnseenForwards() warns of rules about others that only forwarded packets match: unseen-forward', () => {
  const counted = (...documents: readonly object[]) =>
    foundBy(findUnseenForwards, e0(), e1(), other, ...documents).length
  assert.is(counted(policy('p', { ingress: [allow(toDb)] })), 1)
  assert.is(counted(w1, policy('p', { ingress: [allow({ destination: { selector: 'has(app)' } })] })), 1, 'a workload')
  assert.is(counted(policy('p', { egress: [allow({ source: { selector: "role == 'db'" } })] })), 1)
  assert.is(counted(policy('p', { applyOnForward: true, ingress: [allow(toDb)] })), 0)
  assert.is(counted(policy('p', { egress: [allow(toDb)] })), 0, 'the other side')
  assert.is(
    counted(policy('p', { ingress: [allow({ destination: { selector: "hep == 'e1'" } })] })),
    0,
    'the same host',
  )
  assert.is(counted(policy('p', { ingress: [allow({ destination: { nets: ['10.9.0.0/16'] } })] })), 0, 'nobody knows')
  assert.is(counted(networkSet('s', { role: 'db' }, ['10.0.0.0/8']), policy('p', { ingress: [allow(toDb)] })), 0)
  assert.is(counted(policy('p', { selector: 'all()', ingress: [allow(toDb)] })), 0, 'db selects itself')
})

test('findRewrittenDestinations() warns of what a packet becomes only later: rewritten-destination (EX-42)', () => {
  const counted = (rule: Readonly<Record<string, unknown>>, ...more: readonly object[]) =>
    foundBy(
      findRewrittenDestinations,
      e0(),
      w1,
      ...more,
      policy('p', { preDNAT: true, applyOnForward: true, ingress: [deny(rule)] }),
    ).length
  assert.is(counted({ destination: { selector: 'has(app)' } }), 1)
  assert.is(counted(tcpTo('http')), 1)
  assert.is(counted(tcpTo('http'), e1({ ports: [{ name: 'http', protocol: 'TCP', port: 8080 }] })), 0)
  assert.is(counted(tcpTo(8080)), 0)
  assert.is(counted({ source: { selector: 'has(app)' } }), 0)
  assert.equal(foundBy(findRewrittenDestinations, e0(), w1, policy('p', { ingress: [deny(tcpTo('http'))] })), [])
})

test('findWorkloadsToHost() warns of workloads that a host endpoint never sees: workload-to-host (P13)', () => {
  const rule = policy('p', { ingress: [allow({ source: { selector: 'has(app)' } })] })
  const counted = (...documents: readonly object[]) => foundBy(findWorkloadsToHost, ...documents).length
  assert.is(counted(e0(), w1, rule), 1)
  assert.is(counted(e0(), w1, workload('w2', 'cali2', { node: 'h2', ipNetworks: ['10.65.0.3/32'] }), rule), 0)
  const everywhere = policy('p', { selector: 'has(hep)', ingress: [allow({ source: { selector: 'has(app)' } })] })
  assert.is(counted(e0(), endpoint('e9', { node: 'h2', interfaceName: 'eth0' }), w1, everywhere), 0)
  assert.is(counted(e0(), w1, policy('p', { egress: [allow({ source: { selector: 'has(app)' } })] })), 0)
})

test.run()
