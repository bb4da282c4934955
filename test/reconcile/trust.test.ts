import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { TrustConfiguration } from '../../src/host/agent-configuration.ts'
import { anyCommit, createTrustJudge, type Verification } from '../../src/reconcile/trust.ts'
import { type CommitGraph, createGraph, type GraphOptions, idOf, nameOf } from '../fakes/commit-graph.ts'

const test = suite('reconcile/trust')
const signal = new AbortController().signal
const line = { a: '', b: 'a', c: 'b', d: 'c' }

function judgeOf(graph: CommitGraph, changes: Partial<TrustConfiguration> = {}) {
  const configuration = {
    require: 'all',
    allowedSignersFile: undefined,
    pgpKeysFile: undefined,
    allowRewind: false,
    ...changes,
  } as const
  return createTrustJudge({ configuration, history: graph.history, signatures: graph.signatures })
}

async function ask(
  given: GraphOptions & { readonly tip: string; readonly base: string | undefined },
  changes: Partial<TrustConfiguration> = {},
): Promise<{ readonly answer: string; readonly graph: CommitGraph }> {
  const graph = createGraph(given)
  const base = given.base && idOf(given.base)
  return { answer: show(await judgeOf(graph, changes).judge({ tip: idOf(given.tip), base }, signal)), graph }
}

/** With names for ids. */
function show(verification: Verification): string {
  const text = { unchecked: () => '', trusted: showTrusted, untrusted: showReason }[verification.type](verification)
  return `${verification.type}${text}`.replace(/\b[0-9a-f]{10}\b/g, (id) => nameOf(id).slice(0, 1))
}

function showTrusted(verification: Verification): string {
  if (verification.type !== 'trusted') return ''
  return verification.warnings.map(({ code, message }) => ` ${code}: ${message}`).join('')
}

function showReason(verification: Verification): string {
  return verification.type === 'untrusted' ? `: ${verification.reason}` : ''
}

test('anyCommit asks nothing', async () => {
  assert.equal(await anyCommit.judge({ tip: 'directory', base: undefined }, signal), { type: 'unchecked' })
})

test('judge() trusts a tip that descends and whose commits are all signed', async () => {
  const { answer, graph } = await ask({ parents: line, tip: 'd', base: 'b' })
  assert.is(answer, 'trusted')
  assert.equal(graph.verified, ['d', 'c'])
})

test('judge() refuses an unsigned tip before anything else', async () => {
  const { answer, graph } = await ask({ parents: line, unsigned: 'd', tip: 'd', base: 'x', parts: ['d', 'a b c d'] })
  assert.is(answer, 'untrusted: commit d is not signed')
  assert.is(graph.deepened, 0)
})

test('judge() refuses an unsigned parent under a signed tip, and with head does not ask', async () => {
  const given = { parents: line, unsigned: 'c', tip: 'd', base: 'b' }
  assert.is(
    (await ask(given)).answer,
    'untrusted: commit c, which d brings along, is not signed; every commit since b must be signed (trust.require: all)',
  )
  assert.is((await ask(given, { require: 'head' })).answer, 'trusted')
})

test('judge() asks for the signatures of what a merge brings along, and of nothing that was there before', async () => {
  const parents = { a: '', b: 'a', f: 'b', c: 'b', m: 'c f' }
  assert.is((await ask({ parents, unsigned: 'a b c', tip: 'm', base: 'c' })).answer, 'trusted')
  assert.match((await ask({ parents, unsigned: 'f', tip: 'm', base: 'c' })).answer, 'untrusted: commit f, which m')
})

test('judge() refuses a branch that went back, sideways or to another history, however well it is signed', async () => {
  const parents = { a: '', b: 'a', c: 'b', s: 'a', x: '' }
  const remedy = ': push commits that go on from it, or set trust.allowRewind'
  for (const tip of ['b', 's', 'x']) {
    for (const require of ['head', 'all'] as const) {
      const { answer } = await ask({ parents, tip, base: 'c' }, { require })
      assert.is(
        answer,
        `untrusted: the branch was rewound or rewritten, commit ${tip} does not descend from the last applied commit c${remedy}`,
      )
    }
  }
})

test('judge() takes a rewind that is allowed, says so, and still asks for every signature', async () => {
  const parents = { a: '', b: 'a', c: 'b', s: 'a', t: 's' }
  const given = { parents, tip: 't', base: 'c' }
  const message =
    'the branch was rewound or rewritten, commit t does not descend from the last applied commit c, and trust.allowRewind permits it'
  assert.is((await ask(given, { allowRewind: true })).answer, `trusted history-rewound: ${message}`)
  assert.match((await ask({ ...given, unsigned: 's' }, { allowRewind: true })).answer, 'untrusted: commit s, which t')
})

test('judge() checks the signature of the tip where nothing is known of before, and says so', async () => {
  const message =
    'it is not known what was enforced here before, so d may be older than that: its signature alone was checked'
  const { answer } = await ask({ parents: line, unsigned: 'c', tip: 'd', base: undefined })
  assert.is(answer, `trusted history-unknown: ${message}`)
  const graph = createGraph({ parents: line })
  const folder = await judgeOf(graph).judge({ tip: idOf('d'), base: 'directory' }, signal)
  assert.is(show(folder), `trusted history-unknown: ${message}`)
  assert.match((await ask({ parents: line, unsigned: 'd', tip: 'd', base: undefined })).answer, 'untrusted')
})

test('judge() asks for history until descent is proven, and no longer', async () => {
  const parts = ['d', 'c d', 'a b c d']
  const { answer, graph } = await ask({ parents: line, tip: 'd', base: 'b', parts })
  assert.equal([answer, graph.deepened], ['trusted', 1])
  const rewound = await ask({ parents: { ...line, s: 'a' }, tip: 's', base: 'd', parts: ['s', 's', 'a b c d s'] })
  assert.match(rewound.answer, 'commit s does not descend')
  assert.is(rewound.graph.deepened, 2)
})

test('judge() asks for history when an unsigned commit may have been there before', async () => {
  const parents = { a: '', b: 'a', c: 'b', f: 'b', m: 'c f' }
  const given = { parents, unsigned: 'a b', tip: 'm', base: 'c' }
  const { answer, graph } = await ask({ ...given, parts: ['c m f', 'a b c m f'] })
  assert.equal([answer, graph.deepened], ['trusted', 1])
  const merged = await ask({ ...given, parts: ['a c m f', 'a b c m f'] })
  assert.equal([merged.answer, merged.graph.deepened], ['trusted', 1])
})

test('judge() refuses when the server does not give the history that it needs', async () => {
  const { answer } = await ask({ parents: line, tip: 'd', base: 'a', parts: ['d', 'c d'] })
  assert.is(answer, 'untrusted: the server does not give the history between d and the last applied commit a')
  assert.match((await ask({ parents: line, tip: 'd', base: 'a', parts: [''] })).answer, 'is not in the repository')
})

test('judge() is not misled by clocks that were wrong', async () => {
  const parents = { a: '', b: 'a', c: 'b', m: 'c b' }
  const times = { a: 90, b: 80, c: 1, m: 2 }
  assert.is((await ask({ parents, times, unsigned: 'a b', tip: 'm', base: 'c' })).answer, 'trusted')
})

test('judge() refuses more history than it can look through', async () => {
  const long = Array.from({ length: 20_010 }, (_, at) => [`c${at}`, at === 0 ? '' : `c${at - 1}`])
  const parents = { ...Object.fromEntries(long), x: '' }
  const { answer } = await ask({ parents, tip: 'c20009', base: 'x' }, { require: 'head' })
  assert.match(answer, 'untrusted: more than 20000 commits lie between')
})

test('judge() asks again for what it refused, and not for what it trusted', async () => {
  const graph = createGraph({ parents: line })
  const judge = judgeOf(graph)
  const question = { tip: idOf('b'), base: idOf('a') }
  const first = await judge.judge(question, signal)
  assert.is(await judge.judge(question, signal), first)
  assert.equal(graph.verified, ['b'])
  for (let round = 0; round < 2; round++) await judge.judge({ tip: idOf('b'), base: idOf('c') }, signal)
  assert.equal(graph.verified, ['b', 'b', 'b'])
})

test.run()
