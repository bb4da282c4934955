import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findForwardPasses } from '../../src/lint/forward-passes.ts'
import { allow, policy, tier } from '../kernel/packet-policies.ts'
import { foundBy } from './found.ts'

const pass = { action: 'Pass' }
const forward = (name: string, spec: object) => policy(name, { applyOnForward: true, ...spec })
const counted = (...documents: readonly object[]) => foundBy(findForwardPasses, ...documents).length

test('findForwardPasses() warns of a Pass behind which no forward policy follows (EV-21)', () => {
  const early = forward('early.a', { tier: 'early', ingress: [pass] })
  const first = tier('early', { order: 1 })
  assert.is(counted(first, early), 1)
  assert.is(counted(first, early, forward('b', { ingress: [allow()] })), 0)
  assert.is(counted(first, early, forward('b', { egress: [allow()] })), 1, 'the other direction')
  assert.is(counted(first, early, policy('b', { ingress: [allow()] })), 1, 'not for forwarded packets')
  assert.is(counted(policy('a', { ingress: [pass] })), 0, 'profiles follow')
})

test.run()
