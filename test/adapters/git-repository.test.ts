import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { commitFiles, createBareRepository, deleteBranch } from '../fakes/bare-repository.ts'
import { fetchFailure, fetchOnce, type GitLab, openGitLab, show } from '../fakes/git-lab.ts'

const test = suite<{ lab: GitLab }>('adapters/git-repository')

test.before.each(async (context) => {
  context.lab = await openGitLab()
})
test.after.each(({ lab }) => lab.close())

test('openGitRepository() gives the tip with time, subject and policy files in path order', async ({ lab }) => {
  const commit = lab.commit({
    files: {
      'b/x.yml': 'two',
      'a.yaml': 'one',
      'README.md': '-',
      '.github/ci.yaml': '-',
      '.x.yaml': '-',
      'b/.y.yml': '-',
    },
    message: 'open https\n\nfor everybody\n',
  })
  const result = await fetchOnce(lab.open())
  assert.equal(result.revision, { commit, committedAt: new Date(1_700_000_000_000), subject: 'open https', allows: [] })
  assert.equal(show(result), ['a.yaml: one', 'b/x.yml: two'])
})

test('openGitRepository() asks only for the tip when it has not moved', async ({ lab }) => {
  lab.commit({ files: { 'a.yaml': 'one' } })
  const source = lab.open()
  const first = await fetchOnce(source)
  lab.proxy.log.length = 0
  assert.is(await fetchOnce(source), first)
  assert.equal(
    lab.proxy.log.map(({ line }) => line),
    ['GET /policy.git/info/refs?service=git-upload-pack', 'POST /policy.git/git-upload-pack'],
  )
  assert.ok(lab.proxy.log.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) < 1000)
})

test('openGitRepository() tells of news before they are there, and of none when the tip has not moved', async ({
  lab,
}) => {
  const { signal } = new AbortController()
  for (const [at, url] of [`${lab.proxy.url}/policy.git`, lab.repository].entries()) {
    const source = lab.open({ url })
    for (const edition of [1, 2]) {
      const commit = lab.commit({ files: { 'a.yaml': `${at} ${edition}` } })
      const wereThere: boolean[] = []
      const isThere = (): boolean => execFileSync('find', [lab.state, '-name', '*.pack', '-newer', mark]).length > 0
      const mark = join(lab.folder, `${at}-${edition}`)
      await writeFile(mark, '')
      await source.fetch(signal, () => wereThere.push(isThere()))
      assert.equal([wereThere[0], isThere()], [false, true])
      const news = wereThere.length
      assert.is((await source.fetch(signal, () => wereThere.push(true))).revision.commit, commit)
      assert.is(wereThere.length, news)
    }
  }
})

test('openGitRepository() does not transfer again what an earlier process fetched', async ({ lab }) => {
  lab.commit({ files: { 'a.yaml': 'one' } })
  const first = await fetchOnce(lab.open())
  lab.proxy.log.length = 0
  assert.equal(await fetchOnce(lab.open()), first)
  assert.is(lab.proxy.log.length, 2)
})

test('openGitRepository() reads and transfers only the changed file of a commit', async ({ lab }) => {
  const names = Array.from({ length: 200 }, (_, index) => `f${index}.yaml`)
  lab.commit({ files: Object.fromEntries(names.map((name) => [name, `${name} ${Math.random()}`.repeat(20)])) })
  const source = lab.open()
  const first = await fetchOnce(source)
  lab.commit({ files: { 'f7.yaml': 'changed' } })
  lab.proxy.log.length = 0
  const second = await fetchOnce(source)
  const changed = second.files.filter((file, index) => file.bytes !== first.files[index]?.bytes)
  assert.equal(
    changed.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]),
    [['f7.yaml', 'changed']],
  )
  const transferred = lab.proxy.log.at(-1)?.sizeBytes ?? 0
  assert.ok(transferred > 0 && transferred < 12_000, `${transferred} bytes`)
})

test('openGitRepository() takes a force-pushed tip, unrelated or older', async ({ lab }) => {
  const older = lab.commit({ files: { 'a.yaml': 'one' } })
  lab.commit({ files: { 'a.yaml': 'two' } })
  const source = lab.open()
  await fetchOnce(source)
  lab.commit({ files: { 'b.yaml': 'three' }, parent: 'root' })
  assert.equal(show(await fetchOnce(source)), ['b.yaml: three'])
  execFileSync('git', ['--git-dir', lab.repository, 'update-ref', 'refs/heads/main', older])
  assert.equal(show(await fetchOnce(source)), ['a.yaml: one'])
})

test('openGitRepository() finds the branch by its whole name', async ({ lab }) => {
  lab.commit({ files: { 'a.yaml': 'other' }, branch: 'main2' })
  assert.is((await fetchFailure(lab.open())).code, 'git-not-found')
  lab.commit({ files: { 'a.yaml': 'release' }, branch: 'release/1.x' })
  assert.equal(show(await fetchOnce(lab.open({ branch: 'release/1.x' }))), ['a.yaml: release'])
})

test('openGitRepository() throws git-not-found for a deleted branch, and recovers', async ({ lab }) => {
  lab.commit({ files: { 'a.yaml': 'one' } })
  const source = lab.open()
  await fetchOnce(source)
  deleteBranch(lab.repository, 'main')
  const failure = await fetchFailure(source)
  assert.is(failure.code, 'git-not-found')
  assert.is(failure.message, `cannot fetch from "${lab.proxy.url}/policy.git": there is no branch "main"`)
  lab.commit({ files: { 'a.yaml': 'new' } })
  assert.equal(show(await fetchOnce(source)), ['a.yaml: new'])
})

test('openGitRepository() throws git-not-found for an empty and for a missing repository', async ({ lab }) => {
  assert.is((await fetchFailure(lab.open())).code, 'git-not-found')
  const missing = await fetchFailure(lab.open({ url: `${lab.proxy.url}/none.git` }))
  assert.is(missing.code, 'git-not-found')
  assert.match(missing.message, 'there is no repository that is open without a token (404)')
})

test('openGitRepository() lists symlinks and submodules as what they are', async ({ lab }) => {
  lab.commit({
    files: { 'a.yaml': 'one' },
    symlinks: { 'link.yaml': '/etc/passwd', README: 'x' },
    submodules: {
      vendor: '1234567890123456789012345678901234567890',
      '.hidden': '1234567890123456789012345678901234567890',
    },
  })
  const { files } = await fetchOnce(lab.open())
  assert.equal(
    files.map(({ path, type, bytes }) => [path, type, Buffer.from(bytes).toString()]),
    [
      ['a.yaml', 'file', 'one'],
      ['link.yaml', 'symlink', '/etc/passwd'],
      ['vendor', 'submodule', ''],
    ],
  )
})

test('openGitRepository() reads a folder, gives paths relative to it, and says when there is none', async ({ lab }) => {
  lab.commit({ files: { 'a.yaml': 'no', 'net/fw/b.yaml': 'yes', 'net/fw/c/d.yaml': 'deep' } })
  assert.equal(show(await fetchOnce(lab.open({ path: './net/fw/' }))), ['b.yaml: yes', 'c/d.yaml: deep'])
  const source = lab.open({ path: 'net/none' })
  assert.match((await fetchFailure(source)).message, 'there is no folder "net/none"')
  lab.proxy.log.length = 0
  assert.is((await fetchFailure(source)).code, 'git-not-found')
  assert.is(lab.proxy.log.length, 2, 'the commit is not transferred again')
  assert.is((await fetchFailure(lab.open({ path: 'a.yaml' }))).code, 'git-not-found')
})

test('openGitRepository() refuses a repository larger than maxBytes, on the wire and unpacked', async ({ lab }) => {
  lab.commit({ files: { 'a.yaml': Array.from({ length: 5000 }, () => Math.random()).join('\n') } })
  const wire = await fetchFailure(lab.open({ maxBytes: 10_000 }))
  assert.is(wire.code, 'git-limit')
  assert.match(wire.message, 'the server sends more than maxBytes, 10000 bytes')
  lab.commit({ files: { 'a.yaml': 'x'.repeat(6_000), 'b.yaml': 'y'.repeat(6_000) }, parent: 'root' })
  const unpacked = await fetchFailure(lab.open({ maxBytes: 10_000 }))
  assert.match(unpacked.message, 'the repository holds more than maxBytes, 10000 bytes, of policy files')
})

test('openGitRepository() fetches anew when objects on the disk are damaged, by anybody or by a power cut', async ({
  lab,
}) => {
  const damages: readonly ((gitdir: string, packs: readonly string[]) => Promise<unknown>)[] = [
    async (gitdir, packs) => {
      const path = join(gitdir, 'objects/pack', packs[0] ?? '')
      const bytes = await readFile(path)
      bytes[20] = (bytes[20] ?? 0) ^ 0xff
      await writeFile(path, bytes)
    },
    (gitdir, packs) => writeFile(join(gitdir, 'objects/pack', (packs[0] ?? '').replace(/pack$/, 'idx')), ''),
    (gitdir) => rm(gitdir, { recursive: true }),
    (gitdir) => writeFile(join(gitdir, 'refs/rampart/accepted'), 'nonsense'),
    () => writeFile(join(lab.state, 'current.json'), '{"generation":'),
  ]
  for (const [index, damage] of damages.entries()) {
    lab.commit({ files: { 'a.yaml': `text ${index}` } })
    await fetchOnce(lab.open())
    const [generation = ''] = (await readdir(lab.state)).filter((name) => /^\d+$/.test(name))
    const gitdir = join(lab.state, generation)
    const names = await readdir(join(gitdir, 'objects/pack'))
    await damage(
      gitdir,
      names.filter((name) => name.endsWith('.pack')),
    )
    assert.equal(show(await fetchOnce(lab.open())), [`a.yaml: text ${index}`])
  }
})

test('openGitRepository() recovers after a process was killed in the middle of a first and of a later fetch', async ({
  lab,
}) => {
  const script = join(import.meta.dirname, '../fakes/fetch-policy.ts')
  for (const text of ['one', 'two']) {
    lab.commit({ files: { 'a.yaml': text } })
    lab.proxy.fault = 'stall-pack'
    lab.proxy.log.length = 0
    const child = spawn(process.execPath, ['--import', 'tsx', script, `${lab.proxy.url}/policy.git`, lab.state])
    for (let waitedMs = 0; lab.proxy.log.length < 4 && waitedMs < 20_000; waitedMs += 20) await delay(20)
    // the two questions of the probe, the list of refs, the pack
    assert.is(lab.proxy.log.length, 4)
    await delay(50)
    child.kill('SIGKILL')
    await once(child, 'exit')
    lab.proxy.fault = 'none'
    assert.equal(show(await fetchOnce(lab.open())), [`a.yaml: ${text}`])
  }
})

test('openGitRepository() stores neither address nor credentials in the repository', async ({ lab }) => {
  lab.commit({ files: { 'a.yaml': 'one' } })
  await fetchOnce(lab.open())
  assert.not.match(await readFile(join(lab.state, '1', 'config'), 'utf8'), '127.0.0.1')
})

test('openGitRepository() fetches from file:// and absolute paths, whatever lies in the environment', async ({
  lab,
}) => {
  const path = join(lab.folder, 'local.git')
  createBareRepository(path)
  process.env.GIT_DIR = '/nonexistent'
  try {
    for (const url of [path, `file://${path}`]) {
      const source = lab.open({ url })
      for (const text of ['one', 'two']) {
        const commit = commitFiles(path, { files: { 'a.yaml': `${text} ${url}` } })
        const result = await fetchOnce(source)
        assert.is(result.revision.commit, commit)
        assert.equal(show(result), [`a.yaml: ${text} ${url}`])
      }
    }
  } finally {
    delete process.env.GIT_DIR
  }
})

test.run()
