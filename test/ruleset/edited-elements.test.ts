/** Sets and maps that are others and what differs from them are what they stand for. */

import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { differingKeys, missingFrom, sameElements } from '../../src/ruleset/compare-elements.ts'
import { editMap, editSet } from '../../src/ruleset/edited-elements.ts'
import { GroupedNames, groupOf } from '../../src/ruleset/grouped-names.ts'
import type { MapValue } from '../../src/ruleset/named-set.ts'
import { printMapBody, printSetBody, printTable } from '../../src/ruleset/print-table.ts'
import { emptyRuleset } from '../../src/ruleset/ruleset.ts'

const test = suite('edited-elements')

const declaration = { name: 's', key: ['inet_service'], interval: false, comment: undefined, properties: [] } as const
const element = fc.integer({ min: 0, max: 3000 }).map(String)
const edits = fc.array(fc.record({ deleted: fc.array(element), added: fc.array(element) }), { maxLength: 6 })
const origin = Array.from({ length: 1500 }, (_, at) => String(at))

test('editSet() is the set with the edits, in every respect', () => {
  fc.assert(
    fc.property(edits, (list) => {
      let edited: ReadonlySet<string> = new Set(origin)
      const plain = new Set(origin)
      const versions = [{ edited, plain: new Set(plain) }]
      for (const { deleted, added } of list) {
        edited = editSet(edited, { deleted, added })
        for (const one of deleted) plain.delete(one)
        for (const one of added) plain.add(one)
        versions.push({ edited, plain: new Set(plain) })
      }
      const [first] = versions
      for (const version of versions) {
        assert.is(version.edited.size, version.plain.size)
        assert.equal(new Set(version.edited), version.plain)
        assert.is(version.plain.has('7'), version.edited.has('7'))
        const body = printSetBody({ ...declaration, elements: version.edited })
        assert.is(body, printSetBody({ ...declaration, elements: version.plain }))
        assert.equal(missingFrom(version.edited, edited), [...version.plain].filter((one) => !plain.has(one)).sort())
        assert.is(
          sameElements(version.edited, first?.edited ?? new Set()),
          version.plain.size === 1500 && body === printSetBody({ ...declaration, elements: new Set(origin) }),
        )
      }
    }),
    { numRuns: 60, seed: 1 },
  )
})

test('editSet() is the set itself where nothing changes', () => {
  const set = new Set(['a', 'b'])
  assert.is(editSet(set, { deleted: ['c', 'a'], added: ['a'] }), set)
})

test('editMap() is the map with the edits', () => {
  const value = (text: string): MapValue => ({ counter: text })
  fc.assert(
    fc.property(edits, (list) => {
      const start = new Map(origin.map((key) => [key, value(key)]))
      let edited: ReadonlyMap<string, MapValue> = start
      const plain = new Map(start)
      for (const [at, { deleted, added }] of list.entries()) {
        edited = editMap(edited, { deleted, added: added.map((key) => [key, value(`edit ${at}`)] as const) })
        for (const key of deleted) plain.delete(key)
        for (const key of added) plain.set(key, value(`edit ${at}`))
      }
      assert.is(edited.size, plain.size)
      assert.equal(new Map(edited), plain)
      assert.equal([...edited.keys()].sort(), [...plain.keys()].sort())
      const map = { ...declaration, data: 'counter' } as const
      assert.is(printMapBody({ ...map, elements: edited }), printMapBody({ ...map, elements: plain }))
      assert.equal(differingKeys(edited, start), differingKeys(plain, start))
      assert.equal(differingKeys(start, edited), differingKeys(start, plain))
    }),
    { numRuns: 60, seed: 2 },
  )
})

const names = fc.uniqueArray(
  fc.array(fc.constantFrom('a', 'a-b', 'b', 'c0'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
)
const grouped = (list: readonly string[]): GroupedNames => {
  const groups = new Map<string, Set<string>>()
  for (const name of list) groups.set(groupOf(name), (groups.get(groupOf(name)) ?? new Set<string>()).add(name))
  return new GroupedNames(groups)
}

test('GroupedNames are the names that are in their groups, and are printed in order', () => {
  fc.assert(
    fc.property(names, names, (some, others) => {
      const [a, b] = [grouped(some), grouped(others)]
      assert.is(printTable({ ...emptyRuleset, counters: a }), printTable({ ...emptyRuleset, counters: new Set(some) }))
      const missing = some.filter((name) => !others.includes(name)).sort()
      for (const left of [a, new Set(some)])
        for (const right of [b, new Set(others)]) assert.equal(missingFrom(left, right), missing)
    }),
    { numRuns: 300, seed: 3 },
  )
})

test.run()
