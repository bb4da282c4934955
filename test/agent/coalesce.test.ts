import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { coalesce } from '../../src/agent/coalesce.ts'

const test = suite('coalesce')
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function setUp(): { readonly call: () => void; readonly calls: () => number; pass(): Promise<void>; stop(): void } {
  let calls = 0
  let pass = (): void => {}
  const stopping = new AbortController()
  const clock = {
    now: () => new Date(0),
    monotonicMs: () => 0,
    sleep: () =>
      new Promise<void>((resolve) => {
        pass = resolve
      }),
  }
  return {
    call: coalesce(() => calls++, { gapMs: 1, clock, signal: stopping.signal }),
    calls: () => calls,
    async pass() {
      pass()
      await soon()
    },
    stop: () => stopping.abort(),
  }
}

test('coalesce() calls at once, and once more for all calls within the gap', async () => {
  const { call, calls, pass } = setUp()
  for (let at = 0; at < 100; at++) call()
  assert.is(calls(), 1)
  await pass()
  assert.is(calls(), 2)
  await pass()
  assert.is(calls(), 2, 'nothing came in the second gap')
  call()
  assert.is(calls(), 3)
})

test('coalesce() calls nothing after the signal', async () => {
  const { call, calls, pass, stop } = setUp()
  call()
  call()
  stop()
  await pass()
  assert.is(calls(), 1)
})

test.run()
