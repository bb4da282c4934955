import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findBareEndpoints } from '../../src/lint/bare-endpoints.ts'
import { allow, allowAll, e0, e1, policy } from '../kernel/packet-policies.ts'
import { foundBy } from './found.ts'

test('findBareEndpoints() warns of host endpoints without policy and profile: bare-endpoint (P1)', () => {
  const opened = policy('p', { ingress: [allow()] })
  assert.equal(foundBy(findBareEndpoints, e0(), e1(), opened), [
    'no policy selects the host endpoint "e1", and it lists no profile, so nothing passes there but failsafe ports',
  ])
  assert.equal(foundBy(findBareEndpoints, e0(), e1(allowAll), opened), [])
  assert.equal(foundBy(findBareEndpoints, e0(), policy('closed', { types: ['Ingress', 'Egress'] })), [], 'on purpose')
})

test.run()
