import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readCredential, readLastGoodFile, readStateFolder } from '../../src/adapters/examine-files.ts'
import { createStateStore } from '../../src/adapters/state-store.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { temporaryFolder } from '../fakes/policy-folder.ts'
import { printable } from '../fakes/printable.ts'

const test = suite('adapters/examine-files')
const soon = (): AbortSignal => AbortSignal.timeout(10_000)

test('readStateFolder() tells owner, mode and room; a missing folder is no failure', async () => {
  const path = join(temporaryFolder(), 'state')
  assert.equal(await readStateFolder(path), { path, folder: { type: 'read', value: undefined } })
  mkdirSync(path, { mode: 0o700 })
  const { folder } = await readStateFolder(path)
  if (folder.type === 'unread' || folder.value === undefined) throw new Error('it is there')
  const { uid, mode, isFolder, isReadOnly, freeBytes } = folder.value
  assert.equal([uid, mode, isFolder, isReadOnly], [process.getuid?.(), 0o700, true, false])
  assert.ok(freeBytes > 0)
})

test('readStateFolder() tells a file from a folder', async () => {
  const path = join(temporaryFolder(), 'state')
  writeFileSync(path, '')
  const { folder } = await readStateFolder(path)
  assert.is(folder.type === 'read' && folder.value?.isFolder, false)
})

test('readCredential() tells the mode; a missing file is told apart from one that cannot be seen', async () => {
  const path = join(temporaryFolder(), 'token')
  const credential = { field: 'repository.tokenFile', path, isSecret: true }
  assert.equal((await readCredential(credential)).file, { type: 'read', value: undefined })
  writeFileSync(path, 'hunter2')
  chmodSync(path, 0o644)
  const { file } = await readCredential(credential)
  assert.is(file.type === 'read' && file.value?.mode, 0o644)
  const below = await readCredential({ ...credential, path: join(path, 'below') })
  assert.is(below.file.type, 'unread')
})

const script = `table inet rampart
delete table inet rampart
table inet rampart {
	map interfaces/ingress {
		type ifname : verdict
		elements = { "eth0" : goto ingress/web-1-eth0 }
	}

	chain ingress/web-1-eth0 {
		drop
	}
}
`

test('readLastGoodFile() gives the revision, what endpoints govern, and what nft says', async () => {
  const folder = temporaryFolder()
  assert.equal((await readLastGoodFile(folder, soon())).content, { type: 'read', value: undefined })
  const revision = { commit: 'a'.repeat(40), subject: 'x', committedAt: new Date('2030-01-01T00:00:00Z'), allows: [] }
  await createStateStore(folder, { warn: () => {} }).saveLastGood(printable({ revision, script }))
  const { path, content } = await readLastGoodFile(folder, soon())
  assert.is(path, join(folder, 'last-good.nft'))
  assert.equal(content, {
    type: 'read',
    value: {
      revision,
      governed: [{ endpoint: 'web-1-eth0', interfaceName: 'eth0' }],
      failure: { type: 'read', value: undefined },
    },
  })
})

test('readLastGoodFile() says what nft has against a damaged file', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'last-good.nft'), 'table inet rampart {\n')
  const { content } = await readLastGoodFile(folder, soon())
  if (content.type === 'unread' || content.value === undefined) throw new Error('it is there')
  const { revision, governed, failure } = content.value
  assert.equal([revision, governed], [undefined, []])
  assert.match(failure.type === 'read' ? (failure.value ?? '') : '', /syntax error/)
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
