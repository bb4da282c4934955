import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createRateLimit } from '../../src/adapters/rate-limit.ts'

const test = suite('adapters/rate-limit')

test('take() refuses after the burst and gives one more for each refill', () => {
  const limit = createRateLimit({ burst: 2, refillMs: 1000, maxClients: 10 })
  assert.equal(
    [0, 0, 0, 999].map((nowMs) => limit.take('a', nowMs)),
    [true, true, false, false],
  )
  assert.equal(
    [1000, 1001, 10_000, 10_000, 10_000].map((nowMs) => limit.take('a', nowMs)),
    [true, false, true, true, false],
  )
})

test('take() counts each client for itself', () => {
  const limit = createRateLimit({ burst: 1, refillMs: 1000, maxClients: 10 })
  assert.ok(limit.take('a', 0))
  assert.not(limit.take('a', 0))
  assert.ok(limit.take('b', 0))
})

test('take() forgets the first client when there are too many', () => {
  const limit = createRateLimit({ burst: 1, refillMs: 1000, maxClients: 2 })
  for (const client of ['a', 'b', 'c']) limit.take(client, 0)
  assert.equal(
    ['b', 'c'].map((client) => limit.take(client, 0)),
    [false, false],
  )
  assert.ok(limit.take('a', 0))
})

test.run()
