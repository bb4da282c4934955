import { chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { acquireLock } from '../../src/adapters/lock.ts'
import { createStateStore } from '../../src/adapters/state-store.ts'
import { keepTable } from '../../src/adapters/table-file.ts'
import type { SetAside } from '../../src/reconcile/ports.ts'
import { temporaryFolder } from '../fakes/policy-folder.ts'
import { printable } from '../fakes/printable.ts'

const test = suite('createStateStore')
const revision = { commit: 'a'.repeat(40), committedAt: new Date(0), subject: 'open https', allows: ['cut-sessions'] }
const script = 'table inet rampart\ndelete table inet rampart\ntable inet rampart {\n}\n'
const setAside: SetAside = {
  commit: 'b'.repeat(40),
  at: new Date(1_000),
  cause: 'probes',
  message: 'worked before',
  retryAt: new Date(2_000),
  retries: 1,
}

const wrongTimes = (field: string): string => JSON.stringify({ ...setAside, [field]: 'noon' })

function open(): {
  readonly folder: string
  readonly warnings: string[]
  readonly store: ReturnType<typeof createStateStore>
} {
  const folder = temporaryFolder()
  const warnings: string[] = []
  return { folder, warnings, store: createStateStore(folder, { warn: (event) => void warnings.push(event) }) }
}

test('createStateStore() gives back what it was given', async () => {
  const { store, warnings } = open()
  assert.equal([await store.loadLastGood(), await store.loadSetAside()], [undefined, undefined])
  const file = await store.saveLastGood(printable({ revision, script }))
  await store.saveSetAside(setAside)
  assert.equal(await store.loadLastGood(), { revision, script, file })
  assert.equal(await store.loadSetAside(), setAside)
  await store.saveSetAside({ ...setAside, retryAt: undefined })
  assert.is((await store.loadSetAside())?.retryAt, undefined)
  await store.saveSetAside(undefined)
  await store.saveSetAside(undefined)
  assert.is(await store.loadSetAside(), undefined)
  assert.equal(warnings, [])
})

test('saveLastGood() links what lies in a file already; the history has a file of its own', async () => {
  const { store, folder } = open()
  const next = join(folder, 'next-good.nft')
  const table = printable({ revision, script })
  const file = await keepTable(next, table)
  await store.saveLastGood({ ...table, file })
  assert.is(statSync(join(folder, 'last-good.nft')).ino, statSync(next).ino)
  writeFileSync(join(folder, 'last-good.nft'), 'damaged')
  assert.equal(await store.loadHistory(), [{ revision, script }])
})

test('createStateStore() reads the last good ruleset of a version that knew no trailers', async () => {
  const { store, folder } = open()
  const { allows, ...rest } = revision
  await store.saveLastGood(printable({ revision, script }))
  const path = join(folder, 'last-good.nft')
  writeFileSync(path, readFileSync(path, 'utf8').replace(/,"allows":\[[^\]]*\]/, ''))
  assert.equal((await store.loadLastGood())?.revision, { ...rest, allows: [] })
})

test('createStateStore() warns of damaged files and goes on without them', async () => {
  const { store, folder, warnings } = open()
  for (const text of [
    '',
    '# x\n',
    `# rampart\n# revision: {"commit": 1}\n${script}`,
    '# a\n# revision: {}\ntable inet',
  ]) {
    writeFileSync(join(folder, 'last-good.nft'), text)
    assert.is(await store.loadLastGood(), undefined, JSON.stringify(text))
  }
  for (const text of ['', '[]', '{"commit": "x"}', 'null', wrongTimes('at'), wrongTimes('retryAt')]) {
    writeFileSync(join(folder, 'set-aside.json'), text)
    assert.is(await store.loadSetAside(), undefined, JSON.stringify(text))
  }
  assert.is(warnings.length, 10)
})

test("what root writes belongs to the folder's owner, the lock too", async () => {
  if (process.getuid?.() !== 0) return
  const { folder } = open()
  const owned = join(folder, 'owned')
  mkdirSync(owned)
  chownSync(owned, 4711, 4712)
  await createStateStore(owned, { warn: () => undefined }).saveLastGood(printable({ revision, script }))
  ;(await acquireLock(join(owned, 'lock'))).release()
  for (const name of ['last-good.nft', 'lock']) {
    const { uid, gid, mode } = statSync(join(owned, name))
    assert.equal([uid, gid, mode & 0o777], [4711, 4712, 0o600], name)
  }
})

test.run()
