import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../src/adapters/clock.ts'

const test = suite('adapters/clock')

test('sleep() waits about as long as asked when nothing aborts it', async () => {
  const from = systemClock.monotonicMs()
  await systemClock.sleep(20, new AbortController().signal)
  const took = systemClock.monotonicMs() - from
  assert.ok(took >= 18 && took < 2000, `${took} ms`)
})

test('sleep() ends at once when the signal aborts or has aborted', async () => {
  const from = systemClock.monotonicMs()
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 5)
  await systemClock.sleep(60_000, controller.signal)
  await systemClock.sleep(60_000, controller.signal)
  assert.ok(systemClock.monotonicMs() - from < 2000)
})

test('sleep() goes on waiting when the delay is more than a timer can hold', async () => {
  const controller = new AbortController()
  let ended = false
  const sleeping = systemClock.sleep(2 ** 32, controller.signal).then(() => {
    ended = true
  })
  await systemClock.sleep(20, new AbortController().signal)
  assert.not(ended)
  controller.abort()
  await sleeping
  assert.ok(ended)
})

test.run()
