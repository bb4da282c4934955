import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createDirectorySource } from '../../src/adapters/directory-source.ts'
import { HostError } from '../../src/reconcile/host-error.ts'

const test = suite<{ folder: string }>('adapters/directory-source', { folder: '' })

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'rampart-directory-'))
})
test.after.each(({ folder }) => rm(folder, { recursive: true, force: true }))

const signal = (): AbortSignal => new AbortController().signal

async function failure(folder: string, aborted = signal()): Promise<HostError> {
  try {
    await createDirectorySource(folder).fetch(aborted)
  } catch (error) {
    if (error instanceof HostError) return error
  }
  throw new Error('a HostError was expected')
}

test('fetch() gives every YAML file outside dot folders in path order', async ({ folder }) => {
  for (const path of ['b.yaml', 'a/z.yml', 'a.yaml', 'a/README.md', '.git/x.yaml', '.hidden.yaml', 'a/.x/y.yaml']) {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), path)
  }
  const { revision, files } = await createDirectorySource(folder).fetch(signal())
  assert.equal(revision, { commit: 'directory', committedAt: undefined, subject: '', allows: [] })
  assert.equal(
    files.map((file) => file.path),
    ['a.yaml', 'a/z.yml', 'b.yaml'],
  )
  assert.is(Buffer.from(files[1]?.bytes ?? []).toString(), 'a/z.yml')
})

test('fetch() gives the content id that git gives', async ({ folder }) => {
  await writeFile(join(folder, 'a.yaml'), 'kind: Tier\r\n\u00e4')
  const { files } = await createDirectorySource(folder).fetch(signal())
  const expected = execFileSync('git', ['hash-object', '--no-filters', join(folder, 'a.yaml')], {
    encoding: 'utf8',
  }).trim()
  assert.is(files[0]?.contentId, expected)
})

test('fetch() reports a symlink and does not follow it, to a file or to a folder', async ({ folder }) => {
  await mkdir(join(folder, 'real'))
  await symlink('/etc/hostname', join(folder, 'a.yaml'))
  await symlink('real', join(folder, 'linked'))
  await writeFile(join(folder, 'real', 'b.yaml'), 'b')
  const { files } = await createDirectorySource(folder).fetch(signal())
  assert.equal(
    files.map((file) => [file.path, file.type]),
    [
      ['a.yaml', 'symlink'],
      ['real/b.yaml', 'file'],
    ],
  )
  assert.is(Buffer.from(files[0]?.bytes ?? []).toString(), '/etc/hostname')
})

test('fetch() refuses a pipe instead of waiting for its writer', async ({ folder }) => {
  execFileSync('mkfifo', [join(folder, 'a.yaml')])
  assert.is((await failure(folder)).message, `cannot read "${join(folder, 'a.yaml')}": not a regular file`)
})

test('fetch() throws file-unreadable when the folder is missing, and aborted when it is stopped', async ({
  folder,
}) => {
  assert.is((await failure(join(folder, 'none'))).code, 'file-unreadable')
  assert.is((await failure(folder, AbortSignal.abort())).code, 'aborted')
})

test.run()
