import { randomBytes } from 'node:crypto'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkShadows } from '../fakes/check-shadows.ts'
import { diceOf } from '../fakes/dice.ts'
import { randomCase } from '../fakes/random-case.ts'
import { review } from '../fakes/review.ts'
import { allow, deny, e0, e1, filesOf, policy, profile, tcpTo, tier, workload } from '../kernel/packet-policies.ts'

/** `ingress[1] shadowed-rule: GlobalNetworkPolicy/p ingress[0]` for each finding. */
function found(...documents: readonly object[]): readonly string[] {
  return review(filesOf({ documents }))
    .diagnostics.filter(({ code }) => code === 'shadowed-rule' || code === 'duplicate-rule')
    .map(({ code, message }) => {
      const [, by] = /(?:since|same as) (.*?)(?: decides? about|, which)/.exec(message) ?? []
      return `${code} ${by?.replaceAll('GlobalNetworkPolicy/', '')}: ${message.split(': ').at(-1)}`
    })
}

const from = (...nets: readonly string[]) => ({ source: { nets } })

test('ShadowedRules finds what earlier rules take together, exactly', () => {
  const halves = [allow(from('10.0.0.0/9')), allow(from('10.128.0.0/9'))]
  assert.equal(found(e0(), policy('p', { ingress: [...halves, deny(from('10.0.0.0/8'))] })), [
    'shadowed-rule p ingress[0], p ingress[1]: move it before them, or remove it',
  ])
  assert.equal(found(e0(), policy('p', { ingress: [...halves, deny(from('10.0.0.0/7'))] })), [])
  assert.equal(found(e0(), policy('p', { ingress: [allow(tcpTo('1:1000')), allow(tcpTo(80))] })), [
    'shadowed-rule p ingress[0]: it changes nothing, remove it',
  ])
  assert.equal(found(e0(), policy('p', { ingress: [allow(), { action: 'Log' }] })).length, 1, 'RM-51')
  assert.equal(found(e0(), policy('p', { ingress: [{ action: 'Log' }, deny()] })), [], 'Log takes nothing')
})

test('ShadowedRules names the namespace of the policy that decides', () => {
  const namespaced = {
    apiVersion: 'projectcalico.org/v3',
    kind: 'NetworkPolicy',
    metadata: { name: 'p', namespace: 'default' },
    spec: { ingress: [deny(), allow()] },
  }
  assert.equal(found(workload('a', 'cali1', { ipNetworks: ['10.65.0.2/32'] }), namespaced), [
    'shadowed-rule NetworkPolicy/default/p ingress[0]: move it before them, or remove it',
  ])
})

test('ShadowedRules tells a duplicate by its packets, not by its words', () => {
  const twice = [allow({ ...tcpTo(80, '81:90') }), allow({ ...tcpTo('80:90'), notProtocol: 'UDP' })]
  assert.equal(found(e0(), policy('p', { ingress: twice })), ['duplicate-rule p ingress[0]: remove one'])
  const a = policy('a', { order: 1, ingress: [deny(from('192.0.2.0/24')), allow()] })
  const b = policy('b', { order: 2, ingress: [deny(from('192.0.2.0/24'))] })
  assert.equal(
    found(e0(), a, b).map((line) => line.split(':')[0]),
    ['duplicate-rule a ingress[0]'],
  )
})

test('ShadowedRules wants it so on every list in which the rule stands', () => {
  const wide = policy('wide', { order: 1, ingress: [allow(tcpTo('1:1000'))] })
  const narrow = (spec: object) => policy('narrow', { order: 2, ingress: [deny(tcpTo(80))], ...spec })
  assert.equal(found(e0(), wide, narrow({})).length, 1)
  assert.equal(found(e0(), e1(), wide, narrow({ selector: 'has(hep)' })), [], 'not on e1')
  assert.equal(found(e0(), wide, narrow({ applyOnForward: true })), [], 'not for forwarded packets')
  assert.equal(found(wide, narrow({})), [], 'on no list')
})

test('ShadowedRules knows that Pass takes a packet from its tier alone, and that the end of a tier is no rule', () => {
  const early = (spec: object) => policy('early.p', { tier: 'early', ...spec })
  const first = tier('early', { order: 1 })
  const late = policy('late', { ingress: [deny(tcpTo(80))] })
  assert.equal(found(e0(), first, early({ ingress: [{ action: 'Pass' }, deny(tcpTo(80))] }), late).length, 1)
  assert.equal(found(e0(), first, early({ ingress: [{ action: 'Pass' }] }), late), [])
  assert.equal(found(e0(), first, early({ ingress: [allow(tcpTo(80)), { action: 'Pass' }] }), late).length, 1)
  assert.equal(found(e0(), first, early({ ingress: [allow(tcpTo(22))] }), late), [], 'the default action')
  const lends = profile('q', { ingress: [allow(tcpTo(80)), allow(tcpTo(81))] })
  const passing = policy('p', { ingress: [deny(tcpTo(80)), { action: 'Pass' }] })
  assert.equal(found(e0({ profiles: ['q', 'projectcalico-default-allow'] }), lends, passing).length, 1)
})

test('ShadowedRules does not count what an Allow takes that expires', () => {
  const forNow = { ...allow(), metadata: { annotations: { 'rampart/expires': '2031-01-01T00:00:00Z' } } }
  assert.equal(found(e0(), policy('p', { ingress: [forNow, allow(tcpTo(80))] })), [])
  assert.equal(found(e0(), policy('p', { ingress: [allow(tcpTo('1:100')), { ...forNow, ...tcpTo(80) }] })).length, 1)
})

test('ShadowedRules is silent about rules that match nothing by themselves', () => {
  const nobody = allow({ source: { selector: 'has(nobody)' } })
  assert.equal(found(e0(), policy('p', { ingress: [allow(), nobody] })), [])
})

const freshSeed = process.env.RAMPART_RANDOM_SEED ?? randomBytes(4).toString('hex')
const policies = Number(process.env.RAMPART_SHADOW_POLICIES ?? '60')
process.stdout.write(`shadowed rules: random policies of seeds fixed and ${freshSeed} (RAMPART_RANDOM_SEED)\n`)

for (const seed of ['fixed', freshSeed])
  test(`ShadowedRules is right about every rule of ${policies} random policies of seed ${seed}`, () => {
    const sum = { shadowed: 0, reached: 0, packets: 0 }
    for (let index = 0; index < policies; index++) {
      const { compiled } = randomCase(`shadows ${seed} ${index}`)
      const count = checkShadows(compiled.view, diceOf(`shadows ${seed} ${index}`))
      sum.shadowed += count.shadowed
      sum.reached += count.reached
      sum.packets += count.packets
    }
    process.stdout.write(`${sum.shadowed} shadowed, ${sum.reached} reached, ${sum.packets} packets\n`)
    assert.ok(sum.shadowed > policies / 4, `only ${sum.shadowed} shadowed rules`)
    assert.ok(sum.reached > policies, `only ${sum.reached} rules that are reached`)
  })

test.run()
