/** What reading a revision keeps of the one before: everything that did not change, and nothing else. */

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type PolicyReading, readPolicy } from '../../src/pipeline.ts'
import { diceOf } from '../fakes/dice.ts'
import { editedRepository } from '../fakes/edited-repository.ts'
import { documentOf, fileOf, printPlain } from '../validate/policy-files.ts'

const said = (...files: Parameters<typeof readPolicy>[0]) => readPolicy(files).diagnostics.map(printPlain)

test('readPolicy() says that a repository without documents is empty', () => {
  assert.equal(said(), ['no-documents there is no policy document in the folder: commit at least one'])
  assert.equal(said(fileOf('a.yaml', '# nothing\n')), [
    'no-documents there is no policy document in any of 1 files: commit at least one',
    'a.yaml:1:1 foreign-file the file holds no document',
  ])
})

test('readPolicy() gives after any edits what it gives from nothing', () => {
  const codes = new Set<string>()
  for (let seed = 0; seed < 60; seed++) {
    const repository = editedRepository(diceOf(`edits ${seed}`))
    let reading = readPolicy(repository.files)
    for (let commit = 0; commit < 8; commit++) {
      repository.edit()
      reading = readPolicy(repository.files, reading)
      assert.equal(reading, readPolicy(repository.files), `seed ${seed}, commit ${commit}`)
      for (const { code } of reading.diagnostics) codes.add(code)
    }
  }
  const across = ['duplicate-name', 'missing-profile', 'missing-tier', 'missing-port-name', 'untracked-star-endpoint']
  const wanted = [...across, 'unknown-host', 'vacuous-test', 'no-documents', 'yaml-syntax', 'family-omitted']
  assert.equal(
    wanted.filter((code) => !codes.has(code)),
    [],
  )
})

test('readPolicy() leaves every list that did not change the same array', () => {
  let kept = 0
  for (let seed = 0; seed < 25; seed++) {
    const repository = editedRepository(diceOf(`lists ${seed}`))
    let before = readPolicy(repository.files)
    for (let commit = 0; commit < 8; commit++) {
      repository.edit()
      const after = readPolicy(repository.files, before)
      kept += assertListsKept(before, after)
      before = after
    }
  }
  assert.ok(kept > 500, `${kept} lists were kept`)
})

/** How many lists are the same. */
function assertListsKept(before: PolicyReading, after: PolicyReading): number {
  const lists = Object.keys(after.value) as (keyof PolicyReading['value'])[]
  const same = lists.filter((name) => {
    const [old, now]: readonly (readonly unknown[])[] = [before.value[name], after.value[name]]
    const hasSameItems = old?.length === now?.length && old?.every((item, index) => item === now?.[index])
    assert.is(hasSameItems, old === now, name)
    return hasSameItems
  })
  if (same.length === lists.length) assert.is(before.value, after.value)
  return same.length
}

const set = (index: number, net: string) => documentOf('GlobalNetworkSet', `s${index}`, `nets: [${net}]`)

test('readPolicy() looks at the bytes of 1 of 1,000 files when 1 changed, and keeps what the others define', () => {
  const texts = new Map(
    Array.from({ length: 1000 }, (_, index) => [`${index}.yaml`, set(index, `10.0.${index % 250}.0/24`)]),
  )
  const looked: string[] = []
  const files = () =>
    [...texts].map(([path, text]) => {
      const { bytes, ...file } = fileOf(path, text)
      return {
        ...file,
        get bytes() {
          looked.push(path)
          return bytes
        },
      }
    })
  const before = readPolicy(files())
  looked.length = 0
  texts.set('500.yaml', set(500, '192.0.2.0/24'))
  const after = readPolicy(files(), before)
  assert.equal([...new Set(looked)], ['500.yaml'])
  const known = new Set(before.value.networkSets)
  assert.equal(
    after.value.networkSets.filter((one) => !known.has(one)).map(({ name }) => name),
    ['s500'],
  )
})

test('readPolicy() keeps a set of a namespace with what it inherits until either changes', () => {
  const own = (nets: string) =>
    documentOf('NetworkSet', 's', `nets: [${nets}]`).replace('{name: s}', '{name: s, namespace: a}')
  const profile = (labels: string) => documentOf('Profile', 'kns.a', `labelsToApply: {${labels}}`)
  const tier = (order: number) => documentOf('Tier', 'late', `order: ${order}`)
  const read = (texts: readonly string[], before?: PolicyReading) =>
    readPolicy(
      texts.map((text, index) => fileOf(`${index}.yaml`, text)),
      before,
    )
  const first = read([own('10.0.0.0/8'), profile('team: x'), tier(1)])
  assert.is(first.value.networkSets[0]?.labels.get('team'), 'x')
  const otherTier = read([own('10.0.0.0/8'), profile('team: x'), tier(2)], first)
  assert.is(otherTier.value.networkSets, first.value.networkSets)
  assert.is.not(otherTier.value.tiers, first.value.tiers)
  const otherProfile = read([own('10.0.0.0/8'), profile('team: y'), tier(2)], otherTier)
  assert.is(otherProfile.value.networkSets[0]?.labels.get('team'), 'y')
  assert.is(otherProfile.value.tiers, otherTier.value.tiers)
})

test('readPolicy() reads a file again whose bytes stay while it becomes a link', () => {
  const file = fileOf('a.yaml', set(1, '10.0.0.0/8'))
  const before = readPolicy([file])
  const after = readPolicy([{ ...file, type: 'symlink' }], before)
  assert.equal(
    after.diagnostics.map(({ code }) => code),
    ['file-type'],
  )
})

test.run()
