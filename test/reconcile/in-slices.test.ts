import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { inSlices } from '../../src/reconcile/in-slices.ts'

const test = suite('reconcile/in-slices')

/** Each look at the clock takes 3 ms, on a clock of its own. */
function slowClock(onSleep: () => void = () => undefined) {
  let nowMs = 0
  const sleep = async (): Promise<void> => onSleep()
  return { now: () => new Date(0), monotonicMs: () => (nowMs += 3), sleep }
}

const items = Array.from({ length: 100 }, (_, at) => at)

test('inSlices() does the same in slices as in one go', async () => {
  const done: number[] = []
  const slices: number[] = []
  const clock = slowClock(() => slices.push(done.length))
  await inSlices(items, (item) => done.push(item), { clock, signal: new AbortController().signal })
  assert.equal(done, items)
  assert.equal(slices.slice(0, 3), [7, 14, 21])
})

test('inSlices() stops between two slices', async () => {
  const stopping = new AbortController()
  const done: number[] = []
  await inSlices(items, (item) => done.push(item), {
    clock: slowClock(() => stopping.abort()),
    signal: stopping.signal,
  })
  assert.is(done.length, 7)
})

test.run()
