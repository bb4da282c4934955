import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readCommit, readTreeEntries } from '../../src/adapters/git-tree.ts'

const test = suite('adapters/git-tree')

const oid = '0123456789abcdef0123456789abcdef01234567'
const entry = (head: string) => Buffer.concat([Buffer.from(`${head}\0`), Buffer.from(oid, 'hex')])

test('readTreeEntries() gives every entry with its type', () => {
  const bytes = Buffer.concat([entry('40000 a b'), entry('100644 x.yaml'), entry('120000 l'), entry('160000 m')])
  assert.equal(readTreeEntries(bytes), [
    { name: 'a b', type: 'tree', oid },
    { name: 'x.yaml', type: 'file', oid },
    { name: 'l', type: 'symlink', oid },
    { name: 'm', type: 'submodule', oid },
  ])
  assert.equal(readTreeEntries(new Uint8Array()), [])
})

test('readTreeEntries() refuses cut bytes, unknown modes and names that are traps', () => {
  for (const bytes of [
    entry('100644 a').subarray(0, -1),
    Buffer.from('100644 a'),
    entry('777 a'),
    entry('100644 ..'),
    entry('40000 .'),
    entry('100644 ../../etc/x'),
    entry('100644 '),
  ]) {
    assert.is(readTreeEntries(bytes), undefined, String(bytes))
  }
})

test('readCommit() reads tree, time and first line, past signatures and without control characters', () => {
  const text = [
    `tree ${oid}`,
    `parent ${oid.replace('0', 'a')}`,
    `parent ${oid.replace('0', 'b')}`,
    'author A <a@example.org> 1 +0000',
    'committer B > <b@example.org> 1700000000 -0230',
    'gpgsig -----BEGIN SSH SIGNATURE-----',
    ` tree ${oid.replace('0', '9')}`,
    '',
    'open \u001b[31mhttps',
    'body',
    '',
    'Rampart-Allow: cut-sessions',
  ].join('\n')
  assert.equal(readCommit(Buffer.from(text)), {
    tree: oid,
    parents: [oid.replace('0', 'a'), oid.replace('0', 'b')],
    committedAt: new Date(1_700_000_000_000),
    subject: 'open [31mhttps',
    allows: ['cut-sessions'],
  })
})

test('readCommit() gives an empty subject for an empty message, and nothing without a tree', () => {
  const bare = { tree: oid, parents: [], committedAt: undefined, subject: '', allows: [] }
  assert.equal(readCommit(Buffer.from(`tree ${oid}\n\n`)), bare)
  assert.is(readCommit(Buffer.from('hello')), undefined)
})

test('readCommit() takes parents only from where git writes them', () => {
  const late = `tree ${oid}\nauthor A <a@example.org> 1 +0000\nparent ${oid}\n\nparent ${oid}\n`
  assert.equal(readCommit(Buffer.from(late))?.parents, [])
  assert.is(readCommit(Buffer.from(`author A <a@example.org> 1 +0000\ntree ${oid}\n\n`)), undefined)
})

test.run()
