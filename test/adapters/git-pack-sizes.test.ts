import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findPackFault } from '../../src/adapters/git-pack-sizes.ts'
import { commitFiles, createBareRepository } from '../fakes/bare-repository.ts'
import { fetchFailure, fetchOnce, openGitLab } from '../fakes/git-lab.ts'

const test = suite('adapters/git-pack-sizes')
const blob = 3

/** Seven bits a byte, the lowest first. */
function number(value: number): readonly number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...number(Math.floor(value / 128))]
}

/** @param base what a delta says of its base */
function entry([type, sizeBytes]: readonly [number, number], content: Buffer, base: readonly number[] = []): Buffer {
  const rest = Math.floor(sizeBytes / 16)
  const first = (rest === 0 ? 0 : 0x80) | (type << 4) | (sizeBytes & 0xf)
  const header = [first, ...(rest === 0 ? [] : number(rest)), ...base]
  return Buffer.concat([Buffer.from(header), deflateSync(content)])
}

function pack(...entries: readonly Buffer[]): Buffer {
  const header = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1')
  header.writeUInt32BE(entries.length, 8)
  const content = Buffer.concat([header, ...entries])
  return Buffer.concat([content, createHash('sha1').update(content).digest()])
}

test('findPackFault() finds nothing wrong with what git packs, deltas included', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-pack-'))
  try {
    const path = join(folder, 'x.git')
    createBareRepository(path)
    const noise = Array.from({ length: 2000 }, () => Math.random()).join('\n')
    for (const text of [noise, `${noise}\nmore`, `less${noise}`, '']) commitFiles(path, { files: { 'a.yaml': text } })
    for (const options of [[], ['--delta-base-offset']]) {
      rmSync(join(folder, 'packs'), { recursive: true, force: true })
      const args = ['--git-dir', path, 'pack-objects', '--revs', '--all', '--quiet', ...options]
      execFileSync('mkdir', [join(folder, 'packs')])
      execFileSync('git', [...args, '--no-reuse-delta', join(folder, 'packs', 'p')], { input: '' })
      const [name = ''] = readdirSync(join(folder, 'packs')).filter((file) => file.endsWith('.pack'))
      const bytes = readFileSync(join(folder, 'packs', name))
      assert.is(await findPackFault(bytes, 100_000), undefined)
      assert.is(await findPackFault(bytes, 10_000), 'too-large')
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('findPackFault() believes no size, neither too large nor too small', async () => {
  const zeros = Buffer.alloc(5_000)
  assert.is(await findPackFault(pack(entry([blob, 5_000], zeros)), 5_000), undefined)
  assert.is(await findPackFault(pack(entry([blob, 5_000], zeros)), 4_999), 'too-large')
  assert.is(await findPackFault(pack(entry([blob, 10], zeros)), 5_000), 'malformed')
  assert.is(await findPackFault(pack(entry([blob, 0], zeros)), 5_000), 'malformed')
  assert.is(await findPackFault(pack(entry([blob, 5_001], zeros)), 6_000), 'malformed')
  assert.is(await findPackFault(pack(entry([blob, 2 ** 40], zeros)), 5_000), 'too-large')
})

test('findPackFault() finds a small delta that makes a large object', async () => {
  const delta = (target: number) => Buffer.from([...number(10), ...number(target), 0x80])
  const base = entry([blob, 10], Buffer.alloc(10))
  const packed = (target: number) => {
    const content = delta(target)
    return [
      pack(base, entry([6, content.length], content, [base.length])),
      pack(base, entry([7, content.length], content, new Array(20).fill(1))),
    ]
  }
  for (const bytes of packed(4_000)) assert.is(await findPackFault(bytes, 5_000), undefined)
  for (const bytes of packed(2 ** 34)) assert.is(await findPackFault(bytes, 5_000), 'too-large')
})

test('findPackFault() refuses what is cut, too long, or no pack', async () => {
  const good = pack(entry([blob, 3], Buffer.from('abc')))
  for (const bytes of [good.subarray(0, -1), Buffer.concat([good, good]), Buffer.alloc(40), Buffer.from('PACK')]) {
    assert.is(await findPackFault(bytes, 5_000), 'malformed')
  }
})

test('a commit of a few kilobytes that would unpack to many megabytes is refused unopened', async () => {
  const lab = await openGitLab()
  try {
    for (const changes of [{}, { url: lab.repository }]) {
      lab.commit({ files: { 'bomb.yaml': undefined } })
      const source = lab.open(changes)
      const before = await fetchOnce(source)
      lab.commit({ files: { 'bomb.yaml': '0'.repeat(8 * 1024 * 1024) } })
      for (let round = 0; round < 3; round++) {
        const failure = await fetchFailure(source)
        assert.is(failure.code, 'git-limit')
        assert.match(failure.message, ': a file in it is larger than maxBytes, 1048576 bytes')
      }
      lab.commit({ files: { 'bomb.yaml': undefined }, parent: 'root' })
      assert.equal((await fetchOnce(source)).files, before.files)
    }
    assert.ok(lab.proxy.log.every(({ sizeBytes }) => sizeBytes < 20_000))
  } finally {
    await lab.close()
  }
})

test.run()
