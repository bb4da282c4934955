/** The disk that fetched commits take, over hundreds of fetches from a real server that sometimes fails. */

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Fault } from '../fakes/fault-proxy.ts'
import { fetchFailure, fetchOnce, openGitLab, show } from '../fakes/git-lab.ts'

const test = suite('adapters/git-disk')

interface Measure {
  readonly generations: number
  readonly files: number
  readonly packs: number
  readonly sizeBytes: number
}

async function measure(folder: string): Promise<Measure> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(files.map(({ parentPath, name }) => stat(join(parentPath, name))))
  return {
    generations: entries.filter(({ parentPath, name }) => parentPath === folder && /^\d+$/.test(name)).length,
    files: files.length,
    packs: files.filter(({ name }) => name.endsWith('.pack')).length,
    sizeBytes: sizes.reduce((sum, { size }) => sum + size, 0),
  }
}

/** What one fetch in ten meets before it succeeds. */
const faults: readonly Fault[] = ['flip-pack', 'cut-pack', 'short-pack', 'garbage', 'status-500', 'many-objects']

test('openGitRepository() keeps the disk bounded over 300 fetches, also where some fail', async () => {
  const lab = await openGitLab()
  try {
    const bulk = Array.from({ length: 50 }, (_, at) => [`bulk/${at}.yaml`, `${Math.random()}`.repeat(20)] as const)
    lab.commit({ files: Object.fromEntries(bulk) })
    const source = lab.open()
    const measures: Measure[] = []
    for (let round = 0; round < 300; round++) {
      lab.commit({ files: { 'a.yaml': `text ${round}` } })
      if (round % 10 === 9) {
        lab.proxy.fault = faults[((round - 9) / 10) % faults.length] ?? 'none'
        await fetchFailure(source)
        lab.proxy.fault = 'none'
      }
      assert.is(show(await fetchOnce(source))[0], `a.yaml: text ${round}`)
      if (round % 3 === 0) measures.push(await measure(lab.state))
    }
    const most = (of: (one: Measure) => number) => Math.max(...measures.map(of))
    assert.is(
      most(({ generations }) => generations),
      1,
    )
    assert.ok(most(({ packs }) => packs) <= 65)
    assert.ok(most(({ files }) => files) <= 160, `${most(({ files }) => files)} files`)
    // a megabyte is free; a clone of this repository has some 20 KiB
    assert.ok(most(({ sizeBytes }) => sizeBytes) <= 1_200_000, `${most(({ sizeBytes }) => sizeBytes)} bytes`)
  } finally {
    await lab.close()
  }
})

test('openGitRepository() keeps the disk bounded while no fetch succeeds', async () => {
  const lab = await openGitLab()
  try {
    lab.commit({ files: { 'a.yaml': 'one' } })
    const source = lab.open()
    await fetchOnce(source)
    lab.commit({ files: { 'a.yaml': 'two' } })
    lab.proxy.fault = 'flip-pack'
    const measures: Measure[] = []
    for (let round = 0; round < 30; round++) {
      await fetchFailure(source)
      measures.push(await measure(lab.state))
    }
    assert.ok(measures.every(({ generations }) => generations <= 2))
    assert.ok(measures.every(({ packs }) => packs <= 66))
    lab.proxy.fault = 'none'
    assert.equal(show(await fetchOnce(source)), ['a.yaml: two'])
    assert.is((await measure(lab.state)).generations, 1)
  } finally {
    await lab.close()
  }
})

test.run()
