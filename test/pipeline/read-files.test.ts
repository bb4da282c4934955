import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type FileReading, readFiles } from '../../src/pipeline/read-files.ts'
import type { RepositoryFile } from '../../src/repository/revision.ts'
import { type Dice, diceOf } from '../fakes/dice.ts'
import { shuffled } from '../fakes/seeded-random.ts'
import { documentOf, fileOf } from '../validate/policy-files.ts'

const test = suite('readFiles')

function someFile(dice: Dice, number = dice.below(30)): RepositoryFile {
  const text = documentOf('GlobalNetworkSet', `s${number}`, `nets: [10.0.${dice.below(200)}.0/24]`)
  return fileOf(`${String(number).padStart(2, '0')}.yaml`, text)
}

/** The objects of all other files stay, as git keeps them. */
function edited(files: readonly RepositoryFile[], dice: Dice): readonly RepositoryFile[] {
  const come = Array.from({ length: dice.below(3) }, () => someFile(dice))
  const paths = new Set([...come.map(({ path }) => path), ...dice.some(files, 1).map(({ path }) => path)])
  const byPath = new Map([...files.filter(({ path }) => !paths.has(path)), ...come].map((file) => [file.path, file]))
  const now = [...byPath.values()]
  return dice.chance(0.8) ? now.sort((a, b) => (a.path < b.path ? -1 : 1)) : swapped(now, dice)
}

/** In no order, mostly with both ends as they were. */
function swapped(files: readonly RepositoryFile[], dice: Dice): readonly RepositoryFile[] {
  const [from, to] = [dice.below(files.length + 1), dice.below(files.length + 1)].sort((a, b) => a - b)
  return [...files.slice(0, from), ...shuffled(files.slice(from, to), () => dice.below(1000)), ...files.slice(to)]
}

test('readFiles() gives after any edits what it gives from nothing, and of what stays the same reading', () => {
  for (let seed = 0; seed < 40; seed++) {
    const dice = diceOf(`files ${seed}`)
    let files: readonly RepositoryFile[] = Array.from({ length: 12 }, (_, at) => someFile(dice, 2 * at))
    let before = readFiles(files, []).files
    for (let commit = 0; commit < 20; commit++) {
      files = edited(files, dice)
      // read anew from the disk: other objects that say the same
      if (dice.chance(0.1)) files = files.map((file) => ({ ...file }))
      const { files: now, change } = readFiles(files, before)
      const where = `seed ${seed}, commit ${commit}`
      assert.equal(now, readFiles([...files], []).files, where)
      assert.equal(change, { removed: missingFrom(now, before), added: missingFrom(before, now) }, where)
      const kept = new Map(before.map((reading) => [reading.path, reading]))
      const again = change.added.filter(({ path, contentId }) => kept.get(path)?.contentId === contentId)
      assert.equal(again, [], where)
      before = now
    }
  }
})

function missingFrom(list: readonly FileReading[], others: readonly FileReading[]): readonly FileReading[] {
  return others.filter((reading) => !list.includes(reading))
}

test('readFiles() looks at 3 of 1,000 files when one of them is another object', () => {
  const looked: string[] = []
  const watched = (number: number): RepositoryFile => {
    const { path, ...file } = someFile(diceOf(`${number}`), number + 1000)
    return {
      ...file,
      get path() {
        looked.push(path)
        return path
      },
    }
  }
  const files = Array.from({ length: 1000 }, (_, number) => watched(number))
  const before = readFiles(files, [])
  const now = files.with(500, watched(500))
  looked.length = 0
  const after = readFiles(now, before.files)
  assert.equal([...new Set(looked)].sort(), ['1499.yaml', '1500.yaml', '1501.yaml'])
  assert.equal(after, { files: before.files, change: { removed: [], added: [] } })
})

test.run()
