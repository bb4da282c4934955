import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { applyDelta } from '../../src/adapters/git-delta.ts'
import { openPacks } from '../../src/adapters/git-packs.ts'
import { commitFiles, createBareRepository } from '../fakes/bare-repository.ts'

const test = suite<{ folder: string }>('adapters/git-packs')

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'rampart-packs-'))
})
test.after.each(({ folder }) => rmSync(folder, { recursive: true }))

/** Many versions of one long text, and files of every size in which a length is written with one byte more. */
function fill(path: string): readonly string[] {
  createBareRepository(path)
  const lines = Array.from({ length: 3000 }, (_, index) => `line ${index} ${Math.random()}`)
  for (let round = 0; round < 8; round++) {
    lines.splice(round * 300, round, `changed ${round}`)
    const sizes = [0, 1, 15, 16, 127, 128, 2047, 2048].map((size) => [`${size}.yaml`, `${round}`.repeat(size)] as const)
    commitFiles(path, { files: { 'long.yaml': lines.join('\n'), ...Object.fromEntries(sizes) } })
  }
  return git(path, 'rev-list', '--all', '--objects')
    .split('\n')
    .map((line) => line.slice(0, 40))
}

/** One pack of everything, alone in a repository of its own. */
function packAlone(path: string, target: string, ...options: readonly string[]): void {
  const packs = join(target, 'objects', 'pack')
  mkdirSync(packs, { recursive: true })
  git(path, 'pack-objects', '--revs', '--all', '--quiet', '--no-reuse-delta', ...options, join(packs, 'pack'))
}

function git(path: string, ...args: readonly string[]): string {
  return execFileSync('git', ['--git-dir', path, ...args], { input: '', encoding: 'utf8' }).trim()
}

test('openPacks() finds every object as its id says it is, whichever way it is packed', ({ folder }) => {
  const path = join(folder, 'x.git')
  const ids = fill(path)
  const hash = (type: string, bytes: Buffer) =>
    createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex')
  const ways = [['--delta-base-offset'], [], ['--window=0'], ['--index-version=2,0x10']]
  for (const [index, options] of ways.entries()) {
    const alone = join(folder, `alone-${index}`)
    packAlone(path, alone, ...options)
    const packs = openPacks(alone)
    for (const id of ids) {
      const bytes = packs.find(id) ?? Buffer.alloc(0)
      const types = ['commit', 'tree', 'blob'].filter((type) => hash(type, bytes) === id)
      assert.is(types.length, 1, `${options.join(' ')} ${id}`)
    }
    assert.is(packs.find('f'.repeat(40)), undefined)
  }
})

test('openPacks() finds nothing where there is no pack, its index is of another kind, or either is cut short', ({
  folder,
}) => {
  const path = join(folder, 'x.git')
  const [id = ''] = fill(path)
  assert.is(openPacks(join(folder, 'none')).find(id), undefined)
  packAlone(path, join(folder, 'old'), '--index-version=1')
  assert.is(openPacks(join(folder, 'old')).find(id), undefined)
  for (const ending of ['.idx', '.pack']) {
    const cut = join(folder, `cut${ending}`)
    packAlone(path, cut)
    const packs = join(cut, 'objects', 'pack')
    const [name = ''] = readdirSync(packs).filter((file) => file.endsWith(ending))
    const bytes = readFileSync(join(packs, name))
    for (const length of ending === '.idx' ? [0, 7, 500, 1100] : [0, 7, 13]) {
      rmSync(join(packs, name))
      writeFileSync(join(packs, name), bytes.subarray(0, length))
      for (const one of [id, 'f'.repeat(40)]) assert.is(openPacks(cut).find(one), undefined)
    }
  }
})

test('openPacks() never throws, and ends, whatever is damaged', ({ folder }) => {
  const path = join(folder, 'x.git')
  const ids = fill(path).slice(0, 30)
  const alone = join(folder, 'alone')
  packAlone(path, alone)
  const packs = join(alone, 'objects', 'pack')
  for (const name of readdirSync(packs).filter((file) => /\.(idx|pack)$/.test(file))) {
    const bytes = readFileSync(join(packs, name))
    for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 150)) {
      const damaged = Buffer.from(bytes)
      damaged[at] = (damaged[at] ?? 0) ^ 0xff
      rmSync(join(packs, name))
      writeFileSync(join(packs, name), damaged)
      const opened = openPacks(alone)
      for (const id of ids) opened.find(id)
    }
    rmSync(join(packs, name))
    writeFileSync(join(packs, name), bytes)
  }
  assert.ok(openPacks(alone).find(ids[0] ?? ''))
})

test('applyDelta() copies and inserts, and refuses what does not fit', () => {
  const base = Buffer.from('0123456789')
  const apply = (...delta: readonly number[]) => applyDelta(base, Buffer.from(delta), 100)?.toString()
  assert.is(apply(10, 5, 0x91, 2, 3, 2, 0x61, 0x62), '234ab')
  assert.is(apply(10, 0), '')
  const wrong = {
    'a base of another size': [11, 0],
    'more than is allowed': [10, 101],
    'fewer bytes than it says': [10, 3, 0x90, 2],
    'more bytes than it says': [10, 1, 0x90, 2],
    'a copy from behind the end': [10, 5, 0x91, 8, 5],
    'an insertion that is cut': [10, 5, 5, 0x61],
    'the code that git keeps for later': [10, 1, 0],
  }
  for (const [what, delta] of Object.entries(wrong)) assert.is(apply(...delta), undefined, what)
})

test.run()
