import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findAncestors, walkBetween } from '../../src/reconcile/commit-walk.ts'
import { createGraph, type GraphOptions, idOf, nameOf } from '../fakes/commit-graph.ts'

const test = suite('reconcile/commit-walk')
const signal = new AbortController().signal

async function walk(options: GraphOptions, tip: string, base: string) {
  const found = await walkBetween(idOf(tip), idOf(base), createGraph(options).history.open(signal))
  if (found === undefined) throw new Error('a walk was expected')
  const since = found.since.map(({ id }) => nameOf(id)).sort()
  return { ...found, since: since.join(' ') }
}

const line = { a: '', b: 'a', c: 'b', d: 'c' }
const fork = { a: '', b: 'a', f: 'a', c: 'b', m: 'c f' }

test('walkBetween() lists what came after the base, and does not read on behind it', async () => {
  const expected = { reachesBase: true, isOlder: false, since: 'c d', isCut: false }
  assert.equal(await walk({ parents: line }, 'd', 'b'), expected)
  assert.equal(await walk({ parents: line, parts: ['b c d'] }, 'd', 'b'), expected)
  assert.equal(await walk({ parents: line, parts: ['c d'] }, 'd', 'b'), expected)
})

test('walkBetween() knows a tip that is the base, or older than it', async () => {
  assert.equal(await walk({ parents: line }, 'b', 'b'), { reachesBase: true, isOlder: true, since: '', isCut: false })
  assert.equal(await walk({ parents: line }, 'b', 'd'), { reachesBase: false, isOlder: true, since: '', isCut: false })
})

test('walkBetween() lists what a merge brings along, and nothing that the base had', async () => {
  assert.is((await walk({ parents: fork }, 'm', 'c')).since, 'f m')
  assert.is((await walk({ parents: fork }, 'm', 'f')).since, 'b c m')
  const octopus = { a: '', x: 'a', y: 'a', z: 'a', m: 'x y z' }
  assert.equal(await walk({ parents: octopus }, 'm', 'y'), {
    reachesBase: true,
    isOlder: false,
    since: 'm x z',
    isCut: false,
  })
})

test('walkBetween() tells a sibling and an unrelated history from descent', async () => {
  assert.equal(await walk({ parents: fork }, 'f', 'c'), {
    reachesBase: false,
    isOlder: false,
    since: 'f',
    isCut: false,
  })
  assert.is((await walk({ parents: { a: '', b: 'a', x: '', y: 'x' } }, 'y', 'b')).since, 'x y')
})

test('walkBetween() says when what it needs is not here', async () => {
  const { reachesBase, isCut } = await walk({ parents: line, parts: ['d'] }, 'd', 'b')
  assert.equal([reachesBase, isCut], [false, true])
  const merged = await walk({ parents: fork, parts: ['b c m'] }, 'm', 'c')
  assert.equal([merged.reachesBase, merged.isCut, merged.since], [true, true, 'm'])
})

test('walkBetween() may list too much where clocks were wrong, but never too little', async () => {
  const graph = fc
    .integer({ min: 1, max: 12 })
    .chain((size) =>
      fc.tuple(
        fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: size, maxLength: size }),
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: size, maxLength: size }),
        fc.nat(size - 1),
        fc.nat(size - 1),
      ),
    )
  const property = fc.asyncProperty(graph, async ([edges, clocks, tipAt, baseAt]) => {
    const name = (at: number) => String.fromCharCode(97 + at)
    const parents = Object.fromEntries(
      edges.map((to, at) => [name(at), at === 0 ? '' : [...new Set(to.map((n) => name(n % at)))].join(' ')]),
    )
    const times = Object.fromEntries(clocks.map((time, at) => [name(at), time]))
    const [tip, base] = [name(tipAt), name(baseAt)]
    const [ofTip, ofBase] = [reachable(parents, tip), reachable(parents, base)]
    for (const options of [{ parents }, { parents, times }]) {
      const found = await walk(options, tip, base)
      assert.is(found.reachesBase, ofTip.has(base))
      if (!('times' in options)) assert.is(found.isOlder, ofBase.has(tip))
      if (found.isOlder) assert.ok(ofBase.has(tip))
      const since = found.since.split(' ').filter(Boolean)
      const exact = [...ofTip].filter((id) => !ofBase.has(id))
      assert.ok(exact.every((id) => since.includes(id)))
      assert.ok(since.every((id) => ofTip.has(id)))
    }
    const graph = createGraph({ parents })
    const ancestors = await findAncestors(idOf(base), graph.history.open(signal))
    assert.equal([...(ancestors?.ids ?? [])].map(nameOf).sort(), [...ofBase].sort())
  })
  await fc.assert(property, { numRuns: 500 })
})

function reachable(parents: Readonly<Record<string, string>>, from: string): ReadonlySet<string> {
  const found = new Set([from])
  for (const name of found) for (const parent of (parents[name] ?? '').split(' ').filter(Boolean)) found.add(parent)
  return found
}

test('findAncestors() says when some of them are not here', async () => {
  const graph = createGraph({ parents: line, parts: ['c d'] })
  const found = await findAncestors(idOf('d'), graph.history.open(signal))
  assert.equal([[...(found?.ids ?? [])].map(nameOf), found?.isCut], [['d', 'c', 'b'], true])
})

test.run()
