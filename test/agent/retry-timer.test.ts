import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RetryTimer } from '../../src/agent/retry-timer.ts'
import type { SetAside } from '../../src/reconcile/ports.ts'

const test = suite('agent/retry-timer')

function dueIn(delayMs: number): SetAside {
  const retryAt = new Date(Date.now() + delayMs)
  return { commit: 'a'.repeat(40), at: new Date(), cause: 'probes', message: 'a probe failed', retryAt, retries: 0 }
}

test('plan() asks once when the time has come, also when the clock went over it', async () => {
  for (const delayMs of [10, -86_400_000]) {
    let asked = 0
    const timer = new RetryTimer(() => {
      asked += 1
    })
    timer.plan(dueIn(delayMs))
    await delay(100)
    assert.is(asked, 1)
  }
})

test('plan() does not ask again and again when the clock went back by years', async () => {
  let asked = 0
  const timer = new RetryTimer(() => {
    asked += 1
    timer.plan(dueIn(50 * 365 * 86_400_000))
  })
  timer.plan(dueIn(50 * 365 * 86_400_000))
  await delay(100)
  timer.stop()
  assert.is(asked, 0)
})

test.run()
