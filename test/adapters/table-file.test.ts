import {
  appendFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { copyTable, keepTable } from '../../src/adapters/table-file.ts'
import { temporaryFolder } from '../fakes/policy-folder.ts'
import { printable } from '../fakes/printable.ts'

const test = suite('keepTable')
const revision = { commit: 'a'.repeat(40), committedAt: new Date(0), subject: 'x', allows: [] }
const table = printable({ revision, script: 'table inet rampart\ndelete table inet rampart\n' })
const unprinted = {
  ...table,
  script: (): string => {
    throw new Error('it was printed')
  },
}
const inode = (path: string): number => statSync(path).ino

test('keepTable() links what lies in a file already, and prints nothing', async () => {
  const folder = temporaryFolder()
  const [a, b] = ['a', 'b'].map((name) => join(folder, name)) as [string, string]
  const file = await keepTable(a, table)
  writeFileSync(b, 'another')
  const linked = await keepTable(b, { ...unprinted, file })
  assert.equal([inode(b), linked], [inode(a), { ...file, path: b }])
  assert.equal(await keepTable(b, { ...unprinted, file }), linked, 'once more')
  assert.equal(readdirSync(folder).sort(), ['a', 'b'])
})

test('keepTable() leaves the links of a file that it replaces as they are', async () => {
  const folder = temporaryFolder()
  const [a, b] = ['a', 'b'].map((name) => join(folder, name)) as [string, string]
  const file = await keepTable(a, table)
  await keepTable(b, { ...unprinted, file })
  const before = readFileSync(b, 'utf8')
  await keepTable(a, { ...table, script: () => 'table inet rampart {\n}\n' })
  assert.is(readFileSync(b, 'utf8'), before)
  assert.is.not(readFileSync(a, 'utf8'), before)
})

test('keepTable() writes what lies in no such file any more, or cannot be linked', async () => {
  const disturb: readonly ((path: string) => void)[] = [
    (path) => appendFileSync(path, '# edited\n'),
    (path) => renameSync(path, `${path}.bak`),
    (path) => {
      writeFileSync(`${path}.new`, readFileSync(path))
      renameSync(`${path}.new`, path)
    },
  ]
  for (const spoil of disturb) {
    const folder = temporaryFolder()
    const [a, b] = ['a', 'b'].map((name) => join(folder, name)) as [string, string]
    const file = await keepTable(a, table)
    spoil(a)
    await keepTable(b, { ...table, file })
    assert.ok(readFileSync(b, 'utf8').endsWith(`\n${table.script()}`))
    assert.is(statSync(b).nlink, 1)
    assert.equal(
      readdirSync(folder).filter((name) => name.startsWith('.')),
      [],
    )
  }
})

test('copyTable() copies what nobody has touched, and prints what somebody has', async () => {
  const folder = temporaryFolder()
  const [a, b] = ['a', 'b'].map((name) => join(folder, name)) as [string, string]
  const file = await keepTable(a, table)
  await copyTable(b, { ...unprinted, file })
  assert.is(readFileSync(b, 'utf8'), readFileSync(a, 'utf8'))
  assert.is.not(statSync(b).ino, statSync(a).ino)
  assert.is(statSync(b).mode & 0o777, 0o600)
  renameSync(a, `${a}.bak`)
  symlinkSync(`${a}.bak`, a)
  await assertPrints(() => copyTable(b, { ...unprinted, file }), 'through a symbolic link')
  unlinkSync(a)
  renameSync(`${a}.bak`, a)
  appendFileSync(a, '# edited\n')
  await assertPrints(() => copyTable(b, { ...unprinted, file }), 'what was edited')
  await copyTable(b, { ...table, file })
  assert.ok(readFileSync(b, 'utf8').endsWith(`\n${table.script()}`))
})

async function assertPrints(work: () => Promise<void>, what: string): Promise<void> {
  const error = await work().catch((thrown: unknown) => thrown)
  assert.is(`${error}`, 'Error: it was printed', what)
}

test('keepTable() says so when it can do neither', async () => {
  const folder = join(temporaryFolder(), 'missing')
  const error = await keepTable(join(folder, 'a'), table).catch((thrown: unknown) => thrown)
  assert.match(`${error}`, /cannot write ".*missing\/a": no such file or folder/)
})

test.run()
