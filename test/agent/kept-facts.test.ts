import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { keepFacts } from '../../src/agent/kept-facts.ts'

interface Context {
  /** What the watch says. */
  heard: number | undefined
  /** How often the host was looked at. */
  reads: number
  /** What happens meanwhile. */
  whileReading: () => void
}

const test = suite<Context>('keepFacts')
const { signal } = new AbortController()

test.before.each((context) => {
  Object.assign(context, { heard: 1, reads: 0, whileReading: () => undefined } satisfies Context)
})

function inspectorOf(context: Context): ReturnType<typeof keepFacts> {
  const host = {
    read: async (node: string) => {
      context.reads++
      context.whileReading()
      return { node, interfaces: [] }
    },
  }
  return keepFacts(host, () => context.heard)
}

test('keepFacts() gives the same object as long as nothing changed', async (context) => {
  const inspector = inspectorOf(context)
  const facts = await inspector.read('gw-1', signal)
  assert.is(await inspector.read('gw-1', signal), facts)
  assert.is(context.reads, 1)
})

test('keepFacts() reads again after a change, for another node, and when nobody listens', async (context) => {
  const inspector = inspectorOf(context)
  await inspector.read('gw-1', signal)
  context.heard = 2
  await inspector.read('gw-1', signal)
  assert.is(context.reads, 2)
  assert.is((await inspector.read('gw-2', signal)).node, 'gw-2')
  context.heard = undefined
  await inspector.read('gw-2', signal)
  await inspector.read('gw-2', signal)
  assert.is(context.reads, 5)
})

test('keepFacts() reads again what was read before somebody listened, or while it changed', async (context) => {
  const inspector = inspectorOf(context)
  context.heard = undefined
  await inspector.read('gw-1', signal)
  context.heard = 1
  context.whileReading = () => {
    context.heard = 2
  }
  await inspector.read('gw-1', signal)
  await inspector.read('gw-1', signal)
  assert.is(context.reads, 3)
})

test.run()
