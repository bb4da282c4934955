import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  ensureFolder,
  readOptionalTextFile,
  readTextFile,
  removeFile,
  writeFileAtomically,
} from '../../src/adapters/files.ts'
import { HostError } from '../../src/reconcile/host-error.ts'

const test = suite<{ folder: string }>('adapters/files', { folder: '' })

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'rampart-files-'))
})
test.after.each(({ folder }) => rm(folder, { recursive: true, force: true }))

async function failure(promise: Promise<unknown>): Promise<HostError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof HostError)) throw new Error(`a HostError was expected, not ${String(error)}`)
  return error
}

test('writeFileAtomically() replaces the whole content with mode 0600 when a file is there', async ({ folder }) => {
  const path = join(folder, 'status.json')
  await writeFile(path, 'a much longer old content', { mode: 0o644 })
  await writeFileAtomically(path, 'new')
  assert.is(await readTextFile(path), 'new')
  assert.is((await stat(path)).mode & 0o777, 0o600)
  assert.equal(await readdir(folder), ['status.json'])
})

test('writeFileAtomically() never shows half a file when it is read meanwhile', async ({ folder }) => {
  const path = join(folder, 'ruleset.nft')
  const contents = ['a', 'b', 'c'].map((letter) => letter.repeat(200_000))
  await writeFileAtomically(path, contents[0] ?? '')
  const writing = Promise.all(contents.map((content) => writeFileAtomically(path, content)))
  for (let round = 0; round < 20; round++) assert.ok(contents.includes(await readFile(path, 'utf8')))
  await writing
})

test('writeFileAtomically() leaves the old file and no rest when the target cannot be replaced', async ({ folder }) => {
  const path = join(folder, 'status.json')
  await mkdir(join(path, 'inside'), { recursive: true })
  const error = await failure(writeFileAtomically(path, 'new'))
  assert.is(error.code, 'state-unwritable')
  assert.equal(await readdir(folder), ['status.json'])
})

test('writeFileAtomically() names the file and the reason when the folder is missing', async ({ folder }) => {
  const path = join(folder, 'none', 'status.json')
  const error = await failure(writeFileAtomically(path, 'new'))
  assert.is(error.message, `cannot write "${path}": no such file or folder`)
})

test('writeFileAtomically() replaces a link and not what it points to when the path is a symlink', async ({
  folder,
}) => {
  await writeFile(join(folder, 'victim'), 'untouched')
  await symlink('victim', join(folder, 'status.json'))
  await writeFileAtomically(join(folder, 'status.json'), 'new')
  assert.is(await readTextFile(join(folder, 'victim')), 'untouched')
})

test('readTextFile() throws file-unreadable when the file is missing, and readOptionalTextFile() says undefined', async ({
  folder,
}) => {
  const path = join(folder, 'none')
  assert.is((await failure(readTextFile(path))).code, 'file-unreadable')
  assert.is(await readOptionalTextFile(path), undefined)
  assert.is((await failure(readOptionalTextFile(folder))).message, `cannot read "${folder}": it is a folder`)
})

test('removeFile() removes once and is content when nothing is there', async ({ folder }) => {
  const path = join(folder, 'inverse.nft')
  await writeFileAtomically(path, 'x')
  await removeFile(path)
  await removeFile(path)
  assert.equal(await readdir(folder), [])
})

test('ensureFolder() makes every missing folder with mode 0700', async ({ folder }) => {
  const path = join(folder, 'state', 'history')
  await ensureFolder(path)
  await ensureFolder(path)
  assert.is((await stat(path)).mode & 0o777, 0o700)
  await writeFile(join(folder, 'file'), '')
  assert.is((await failure(ensureFolder(join(folder, 'file', 'x')))).code, 'state-unwritable')
})

test.run()
