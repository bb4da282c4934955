import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { GitRepository } from '../../src/adapters/git-repository.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import { commitFiles, createBareRepository } from '../fakes/bare-repository.ts'
import { fetchOnce, type GitLab, openGitLab, show } from '../fakes/git-lab.ts'
import { createCommit, readCommitObject } from '../fakes/signers.ts'

const test = suite<{ lab: GitLab }>('adapters/git-history')
const { signal } = new AbortController()

test.before.each(async (context) => {
  context.lab = await openGitLab()
})
test.after.each(({ lab }) => lab.close())

/** How many commits can be read from the one on. */
async function depthOf(source: GitRepository, commit: string): Promise<number> {
  const reader = source.history.open(signal)
  let depth = 0
  for (let id: string | undefined = commit; id !== undefined; depth++) {
    const read = await reader.read(id)
    if (read === undefined) break
    id = read.parents[0]
  }
  return depth
}

function grow(path: string, count: number, from = 0): string {
  let tip = ''
  for (let at = from; at < from + count; at++) tip = commitFiles(path, { files: { 'a.yaml': `text ${at}` } })
  return tip
}

test('history gives commits as they were made', async ({ lab }) => {
  const like = lab.commit({ files: { 'a.yaml': 'one' } })
  const other = createCommit(lab.repository, { like, message: 'other' })
  const id = createCommit(lab.repository, { like, parents: [like, other], branch: 'main', time: 1_600_000_000 })
  const source = lab.open()
  await fetchOnce(source)
  const commit = await source.history.open(signal).read(id)
  assert.equal(commit, {
    id,
    parents: [like, other],
    committedAt: new Date(1_600_000_000_000),
    payload: commit?.payload,
    signature: undefined,
  })
  assert.ok(readCommitObject(lab.repository, id).equals(commit?.payload ?? Buffer.alloc(0)))
  assert.is(await source.history.open(signal).read(like), undefined)
})

test('deepen() brings 64 commits, then 1024, then all, and then says that there are no more', async ({ lab }) => {
  const tip = grow(lab.repository, 70)
  const source = lab.open()
  await fetchOnce(source)
  assert.is(await depthOf(source, tip), 1)
  assert.ok(await source.history.deepen(signal))
  assert.is(await depthOf(source, tip), 64)
  assert.ok(await source.history.deepen(signal))
  assert.is(await depthOf(source, tip), 70)
  assert.not.ok(await source.history.deepen(signal))
  assert.equal((await readdir(lab.state)).filter((name) => /^\d+$/.test(name)).length, 1)
})

test('recall() finds what was fetched before without the server, also after a restart', async ({ lab }) => {
  const first = lab.commit({ files: { 'a.yaml': 'one' } })
  const source = lab.open()
  await fetchOnce(source)
  lab.commit({ files: { 'a.yaml': 'two' } })
  await fetchOnce(source)
  lab.proxy.fault = 'status-500'
  for (const reader of [source, lab.open()]) {
    const found = await reader.recall(first, 'clone', signal)
    assert.equal([found?.revision.commit, found === undefined ? [] : show(found)], [first, ['a.yaml: one']])
  }
  assert.is(await source.recall('f'.repeat(40), 'clone', signal), undefined)
  assert.is(await source.recall('directory', 'history', signal), undefined)
})

test('recall() fetches as much history as it needs for an older commit, and none for what is not in it', async ({
  lab,
}) => {
  const old = grow(lab.repository, 1)
  grow(lab.repository, 69, 1)
  const source = lab.open()
  await fetchOnce(source)
  assert.is(await source.recall(old, 'clone', signal), undefined)
  const found = await source.recall(old, 'history', signal)
  assert.equal(found === undefined ? [] : show(found), ['a.yaml: text 0'])
  const asked = lab.proxy.log.length
  assert.is(await source.recall('f'.repeat(40), 'history', signal), undefined)
  assert.is(lab.proxy.log.length, asked)
})

test('deepen() is not needed for what came since the first fetch, nor after a restart', async ({ lab }) => {
  grow(lab.repository, 3)
  const source = lab.open()
  await fetchOnce(source)
  const tip = grow(lab.repository, 5, 3)
  await fetchOnce(source)
  assert.is(await depthOf(source, tip), 6)
  const restarted = lab.open()
  await fetchOnce(restarted)
  assert.is(await depthOf(restarted, tip), 6)
})

test('deepen() works with the git program too', async ({ lab }) => {
  const path = join(lab.folder, 'local.git')
  createBareRepository(path)
  const tip = grow(path, 70)
  const source = lab.open({ url: path })
  await fetchOnce(source)
  for (const depth of [1, 64, 70]) {
    assert.is(await depthOf(source, tip), depth)
    assert.is(await source.history.deepen(signal), depth < 70)
  }
})

test('deepen() keeps to the limits, does not ask again in vain, and leaves what is there', async ({ lab }) => {
  for (let at = 0; at < 5; at++) lab.commit({ files: { [`${at}.yaml`]: `${Math.random()}`.repeat(50) } })
  const noise = Array.from({ length: 5000 }, () => Math.random()).join('\n')
  lab.commit({ files: { 'big.yaml': noise } })
  const tip = lab.commit({ files: { 'big.yaml': undefined } })
  const source = lab.open({ maxBytes: 40_000 })
  const before = await fetchOnce(source)
  const failure = async () => {
    const error = await source.history.deepen(signal).catch((thrown: unknown) => thrown)
    return error instanceof HostError && error.code
  }
  assert.is(await failure(), 'git-limit')
  lab.proxy.log.length = 0
  assert.is(await failure(), 'git-limit')
  assert.is(lab.proxy.log.length, 0)
  assert.is(await depthOf(source, tip), 1)
  assert.is(await fetchOnce(source), before)
})

test('a history that is damaged on the disk is fetched again', async ({ lab }) => {
  const source = lab.open()
  grow(lab.repository, 2)
  await fetchOnce(source)
  const tip = grow(lab.repository, 1, 2)
  await fetchOnce(source)
  const packs = join(lab.state, '1', 'objects/pack')
  for (const name of await readdir(packs)) if (name.endsWith('.pack')) await writeFile(join(packs, name), 'nonsense')
  const error = await source.history
    .open(signal)
    .read(tip)
    .catch((thrown: unknown) => thrown)
  assert.ok(error instanceof HostError && error.code === 'git-corrupt')
  assert.equal(show(await fetchOnce(source)), ['a.yaml: text 2'])
  assert.is(await depthOf(source, tip), 1)
  await rm(lab.state, { recursive: true })
  assert.is(await depthOf(source, tip), 0)
  assert.ok(await source.history.deepen(signal).then(() => true))
})

test.run()
