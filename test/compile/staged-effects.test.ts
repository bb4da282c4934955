import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { stagedEffects, stagedPart, withoutStaged } from '../../src/compile/staged-effects.ts'
import { compileCase } from '../golden/golden-cases.ts'
import { allow, deny, e0, filesOf, labFacts, policy, staged, tcpTo } from '../kernel/packet-policies.ts'

const web = [e0(), policy('web', { ingress: [allow(tcpTo(80))] })]
const compile = (documents: readonly object[]) => compileCase({ facts: labFacts(), files: filesOf({ documents }) })
const compiled = compile([...web, staged('web', { ingress: [allow(tcpTo(443)), deny()] })])

test('withoutStaged() leaves the chains that decide', () => {
  assert.ok(compiled.ruleset.chains.has('staged/gnp/web/on-input'))
  assert.equal([...withoutStaged(compiled.ruleset).chains], [...compile(web).ruleset.chains])
})

test('stagedEffects() says once which policy would have done what, and nothing of other counters', () => {
  const names = ['staged/gnp/web/ingress/denied', 'gnp/web/ingress/0', 'staged/gnp/web/ingress/denied', 'nobody']
  assert.equal(stagedEffects(names, compiled), [
    { origin: 'StagedGlobalNetworkPolicy/web', direction: 'ingress', outcome: 'denied' },
  ])
})

test('stagedPart() groups the objects of a table by their staged policy', () => {
  const parts = {
    'staged/gnp/web/ingress/e0/lists': 'staged/gnp/web',
    'staged/np/default/web/on-workload-egress': 'staged/np/default/web',
    'staged/failsafe/ingress': 'staged/failsafe',
    'staged/merged/0d5387bb52a8': 'staged/merged',
    'ingress/staged': undefined,
    input: undefined,
  }
  for (const [name, part] of Object.entries(parts)) assert.is(stagedPart(name), part)
})

test.run()
