import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findWorkingCopy, readNamedRevision } from '../../src/adapters/working-copy.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import { temporaryFolder } from '../fakes/policy-folder.ts'

const test = suite('working copy')

/** Three commits on `main`: the file says one, two, three; `v1` is an annotated tag of the first, `side` a merged branch. */
const repository = temporaryFolder()
git(repository, 'init', '--quiet', '--initial-branch=main')
mkdirSync(join(repository, 'fw'))
commit('one')
git(repository, 'tag', '--annotate', '--message=first', 'v1')
git(repository, 'checkout', '--quiet', '-b', 'side')
writeFileSync(join(repository, 'fw/side.yaml'), 'side: 1\n')
git(repository, 'add', '.')
git(repository, 'commit', '--quiet', '--message=side')
git(repository, 'checkout', '--quiet', 'main')
commit('two')
git(repository, 'merge', '--quiet', '--no-ff', '--message=three', 'side')

test('readNamedRevision() takes the names that people use', async () => {
  const copy = await findWorkingCopy(join(repository, 'fw'))
  assert.is(copy.path, 'fw')
  const id = git(repository, 'rev-parse', 'main~1').trim()
  const expected: Readonly<Record<string, string>> = {
    HEAD: 'text.yaml=two side.yaml=side',
    main: 'text.yaml=two side.yaml=side',
    'refs/heads/main': 'text.yaml=two side.yaml=side',
    'HEAD~': 'text.yaml=two',
    'main^1': 'text.yaml=two',
    'HEAD^2': 'text.yaml=one side.yaml=side',
    'HEAD~2': 'text.yaml=one',
    'main~1^1': 'text.yaml=one',
    v1: 'text.yaml=one',
    [id]: 'text.yaml=two',
    [id.slice(0, 8)]: 'text.yaml=two',
  }
  for (const [name, text] of Object.entries(expected)) assert.is(await shown(copy, name), text, name)
})

test('readNamedRevision() says that there is no such revision', async () => {
  const copy = await findWorkingCopy(repository)
  for (const name of ['nobody', 'HEAD~9', 'HEAD^3', 'deadbeef', '', '..', 'main..side', '~1'])
    assert.match(
      await failure(readNamedRevision(copy, { name, maxBytes: 1e6 }, signal())),
      /there is no revision/,
      name,
    )
})

test('readNamedRevision() says how to deepen a shallow clone that lacks the revision', async () => {
  const clone = join(temporaryFolder(), 'clone')
  git(repository, 'clone', '--quiet', '--depth=1', `file://${repository}`, clone)
  const copy = await findWorkingCopy(clone)
  assert.is(await shown({ ...copy, path: 'fw' }, 'HEAD'), 'text.yaml=two side.yaml=side')
  for (const name of ['HEAD~1', 'v1', 'origin/side'])
    assert.match(
      await failure(readNamedRevision(copy, { name, maxBytes: 1e6 }, signal())),
      /shallow.*git fetch --unshallow/,
    )
})

test('findWorkingCopy() follows a linked checkout and a link to the folder', async () => {
  const linked = join(temporaryFolder(), 'linked')
  git(repository, 'worktree', 'add', '--quiet', '--detach', linked, 'v1')
  const link = join(temporaryFolder(), 'link')
  symlinkSync(join(linked, 'fw'), link)
  for (const folder of [join(linked, 'fw'), link]) {
    const copy = await findWorkingCopy(folder)
    assert.is(copy.path, 'fw')
    assert.is(await shown(copy, 'HEAD'), 'text.yaml=one')
    assert.is(await shown(copy, 'main'), 'text.yaml=two side.yaml=side')
  }
})

test('findWorkingCopy() says that no repository is around the folder, and that there is no folder', async () => {
  const folder = temporaryFolder()
  assert.match(await failure(findWorkingCopy(folder)), /no git repository is around/)
  assert.match(await failure(findWorkingCopy(join(folder, 'missing'))), /cannot read the folder/)
})

test('readNamedRevision() says that objects are missing or damaged', async () => {
  const clone = join(temporaryFolder(), 'clone')
  git(repository, 'clone', '--quiet', repository, clone)
  rmSync(join(clone, '.git/objects'), { recursive: true })
  mkdirSync(join(clone, '.git/objects'))
  const copy = await findWorkingCopy(clone)
  assert.match(
    await failure(readNamedRevision(copy, { name: 'HEAD', maxBytes: 1e6 }, signal())),
    /there is no revision/,
  )
})

function commit(word: string): void {
  writeFileSync(join(repository, 'fw/text.yaml'), `${word}: 1\n`)
  git(repository, 'add', '.')
  git(repository, 'commit', '--quiet', `--message=${word}`)
}

/** Path and first word of each file. */
async function shown(copy: Awaited<ReturnType<typeof findWorkingCopy>>, name: string): Promise<string> {
  const { files } = await readNamedRevision(copy, { name, maxBytes: 1e6 }, signal())
  const words = files.map(({ path, bytes }) => `${path}=${new TextDecoder().decode(bytes).split(':')[0]}`)
  return words.sort().reverse().join(' ')
}

async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    if (error instanceof HostError) return error.message
    throw error
  }
  throw new Error('it did not fail')
}

function signal(): AbortSignal {
  return AbortSignal.timeout(10_000)
}

function git(folder: string, ...words: readonly string[]): string {
  const person = ['-c', 'user.name=somebody', '-c', 'user.email=somebody@example.org', '-c', 'commit.gpgSign=false']
  return execFileSync('git', [...person, ...words], { cwd: folder, encoding: 'utf8' })
}

test.run()
