import { mock } from 'node:test'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Alarm } from '../../src/agent/alarm.ts'

const test = suite('Alarm')
const dayMs = 86_400_000
let setByMs = 0
const now = (): Date => new Date(Date.now() + setByMs)

test.before.each(() => {
  setByMs = 0
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.UTC(2030, 0, 1) })
})
test.after.each(() => mock.timers.reset())

function start() {
  const calls: string[] = []
  return { calls, alarm: new Alarm({ now }, () => calls.push(now().toISOString())) }
}

test('set() calls when the moment has come, and only for the moment that was set last', () => {
  const { calls, alarm } = start()
  alarm.set(new Date(now().getTime() - 1))
  mock.timers.tick(1)
  assert.is(calls.length, 1)
  alarm.set(new Date(now().getTime() + 20))
  alarm.set(undefined)
  mock.timers.tick(100)
  assert.is(calls.length, 1)
})

test('set() calls once for a moment that is farther than a timer goes', () => {
  const { calls, alarm } = start()
  alarm.set(new Date(now().getTime() + 100 * dayMs))
  for (let hour = 0; hour < 100 * 24 - 1; hour++) mock.timers.tick(3_600_000)
  assert.equal(calls, [])
  mock.timers.tick(3_660_000)
  assert.is(calls.length, 1)
  mock.timers.tick(dayMs)
  assert.is(calls.length, 1)
})

test('set() calls within a minute when the clock jumps over the moment', () => {
  const { calls, alarm } = start()
  alarm.set(new Date(now().getTime() + dayMs))
  mock.timers.tick(1_000)
  setByMs = dayMs
  mock.timers.tick(60_000)
  assert.is(calls.length, 1)
})

test('set() does not call early when the clock is set back', () => {
  const { calls, alarm } = start()
  alarm.set(new Date(now().getTime() + 90_000))
  mock.timers.tick(1_000)
  setByMs = -dayMs
  for (let minute = 0; minute < 60 * 24; minute++) mock.timers.tick(60_000)
  assert.equal(calls, [])
  mock.timers.tick(90_000)
  assert.is(calls.length, 1)
})

test.run()
