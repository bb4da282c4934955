import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { keepCounters } from '../../src/agent/kept-counters.ts'

interface Context {
  nowMs: number
  /** How long a reading takes, and what it throws. */
  tookMs: number
  fault: Error | undefined
  reads: number
}

const test = suite<Context>('keepCounters')
const { signal } = new AbortController()

test.before.each((context) => {
  Object.assign(context, { nowMs: 0, tookMs: 0, fault: undefined, reads: 0 } satisfies Context)
})

function readerOf(context: Context): ReturnType<typeof keepCounters> {
  const read = async () => {
    context.reads += 1
    const { reads } = context
    await Promise.resolve()
    context.nowMs += context.tookMs
    if (context.fault !== undefined) throw context.fault
    return new Map([['a', { packets: reads, bytes: 0 }]])
  }
  return keepCounters(read, { monotonicMs: () => context.nowMs })
}

test('keepCounters() reads each time as long as that is quick', async (context) => {
  context.tookMs = 20
  const read = readerOf(context)
  const packets = [await read(signal), await read(signal)].map((counters) => counters.get('a')?.packets)
  assert.equal(packets, [1, 2])
})

test('keepCounters() does not read again for fifty times as long as it took', async (context) => {
  context.tookMs = 200
  const read = readerOf(context)
  const first = await read(signal)
  context.nowMs = 10_199
  assert.is(await read(signal), first)
  context.nowMs = 10_200
  assert.is((await read(signal)).get('a')?.packets, 2)
})

test('keepCounters() repeats a failure as long as a success', async (context) => {
  Object.assign(context, { tookMs: 5000, fault: new Error('too slow') })
  const read = readerOf(context)
  const failure = (): Promise<unknown> =>
    read(signal).then(
      () => undefined,
      (error: unknown) => error,
    )
  const first = await failure()
  assert.is(first, context.fault)
  assert.is(await failure(), first)
  assert.is(context.reads, 1)
  Object.assign(context, { nowMs: 255_000, fault: undefined })
  assert.is((await read(signal)).get('a')?.packets, 2)
})

test('keepCounters() gives those who ask meanwhile the same reading', async (context) => {
  const read = readerOf(context)
  assert.equal(await Promise.all([read(signal), read(signal)]), [
    new Map([['a', { packets: 1, bytes: 0 }]]),
    new Map([['a', { packets: 1, bytes: 0 }]]),
  ])
  assert.is(context.reads, 1)
})

test.run()
