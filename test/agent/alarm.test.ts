import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Alarm } from '../../src/agent/alarm.ts'
import { until } from '../fakes/until.ts'

const test = suite('Alarm')

test('set() calls when the moment has come, and only for the moment that was set last', async () => {
  let calls = 0
  const alarm = new Alarm(() => calls++)
  alarm.set(new Date(Date.now() - 1))
  await until('the call', () => calls === 1)
  alarm.set(new Date(Date.now() + 20))
  alarm.set(undefined)
  await delay(100)
  assert.is(calls, 1)
})

test('set() does not call at once for a moment that is farther than a timer goes', async () => {
  let calls = 0
  const alarm = new Alarm(() => calls++)
  alarm.set(new Date(Date.now() + 100 * 86_400_000))
  await delay(100)
  alarm.stop()
  assert.is(calls, 0)
})

test.run()
