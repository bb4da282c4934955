import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type ReadFolder, type ReadRevision, readRevision } from '../../src/adapters/git-revision.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import { commitFiles, createBareRepository } from '../fakes/bare-repository.ts'
import { diceOf } from '../fakes/dice.ts'

const test = suite<{ folder: string; path: string }>('adapters/git-revision')

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'rampart-revision-'))
  context.path = join(context.folder, 'x.git')
  createBareRepository(context.path)
})
test.after.each(({ folder }) => rmSync(folder, { recursive: true }))

const names = Array.from({ length: 60 }, (_, index) => `${index % 6}/${index}.yaml`)

function read(
  gitdir: string,
  commit: string,
  { before, maxBytes = 1_000_000 }: { readonly before?: ReadFolder | undefined; readonly maxBytes?: number } = {},
): Promise<ReadRevision> {
  return readRevision({ name: 'x', gitdir, commit, path: '.', maxBytes, before, signal: new AbortController().signal })
}

/** All that is there so far lies in packs then, and what is committed later does not. */
function pack(path: string): void {
  execFileSync('git', ['--git-dir', path, 'repack', '-ad', '--quiet'])
}

function removePacks(path: string): void {
  for (const name of readdirSync(join(path, 'objects', 'pack'))) rmSync(join(path, 'objects', 'pack', name))
}

const texts = (changed: Readonly<Record<string, string>> = {}) => ({
  ...Object.fromEntries(names.map((name) => [name, `text of ${name}`])),
  ...changed,
})

test('readRevision() reads only the changed files of a commit, and the trees that lead to them', async ({ path }) => {
  const first = commitFiles(path, { files: texts() })
  pack(path)
  const before = await read(path, first)
  const second = commitFiles(path, { files: { '3/3.yaml': 'changed', '7/new.yaml': 'new', '5/5.yaml': undefined } })
  removePacks(path)
  const after = await read(path, second, { before: before.folder })
  const known = new Set(before.files)
  assert.equal(
    after.files.filter((file) => !known.has(file)).map(({ path, bytes }) => `${path}: ${Buffer.from(bytes)}`),
    ['3/3.yaml: changed', '7/new.yaml: new'],
  )
  assert.is(after.files.length, 60)
  assert.is((await read(path, second).catch((error: unknown) => error)) instanceof HostError, true)
})

test('readRevision() gives after any commits what it gives from nothing', async ({ path }) => {
  const dice = diceOf('commits')
  let before: ReadFolder | undefined
  for (let round = 0; round < 30; round++) {
    const change = () => (dice.chance(0.3) ? undefined : `text ${dice.below(5)}`)
    const files = Object.fromEntries(dice.some(names, 4).map((name) => [name, change()]))
    const commit = commitFiles(path, {
      files: { 'always.yaml': `${round}`, ...files },
      symlinks: dice.chance(0.2) ? { [dice.pick(names)]: `text ${dice.below(5)}` } : {},
      submodules: dice.chance(0.2) ? { [`${dice.below(6)}/sub`]: 'a'.repeat(40) } : {},
    })
    const after = await read(path, commit, { before })
    assert.equal(after, await read(path, commit))
    before = after.folder
  }
})

test('readRevision() counts what it knows against the limits, too', async ({ path }) => {
  const first = commitFiles(path, { files: { 'a/a.yaml': 'x'.repeat(600) } })
  const before = (await read(path, first)).folder
  const second = commitFiles(path, { files: { 'b.yaml': 'x'.repeat(600) } })
  const failure: unknown = await read(path, second, { before, maxBytes: 1000 }).catch((error: unknown) => error)
  assert.is(failure instanceof HostError && failure.code, 'git-limit')
})

test.run()
