/** A listing that is read beside what it probably holds says what it says without that. */

import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { printTable } from '../../src/ruleset/print-table.ts'
import { readTable } from '../../src/ruleset/read-table.ts'
import { arbitraryRuleset } from '../diff/arbitrary-ruleset.ts'

const test = suite('recognize-part')

test('readTable() reads the same table whatever was expected', () => {
  fc.assert(
    fc.property(arbitraryRuleset, arbitraryRuleset, (live, expected) => {
      const text = printTable(live)
      assert.equal(readTable(text, expected), readTable(text))
    }),
    { numRuns: 500 },
  )
})

test('readTable() gives the expected objects where the listing is word for word the same, and no other', () => {
  fc.assert(
    fc.property(arbitraryRuleset, arbitraryRuleset, (live, expected) => {
      const same = readTable(printTable(expected), expected)
      assert.is(same?.counters, expected.counters)
      for (const kind of ['sets', 'maps', 'chains'] as const) {
        assert.is(same?.[kind].size, expected[kind].size)
        for (const [name, part] of expected[kind]) assert.is(same?.[kind].get(name), part)
        const other = readTable(printTable(live), expected)?.[kind] ?? new Map<string, unknown>()
        for (const [name, part] of other)
          if (part === expected[kind].get(name)) assert.equal(part, live[kind].get(name))
      }
    }),
  )
})

const set = (elements: string): string =>
  `table inet rampart {\n\tset s {\n\t\ttype ipv4_addr\n\t\telements = { ${elements} }\n\t}\n}\n`

test('readTable() takes a set for the expected one in whatever order nft lists its elements', () => {
  const expected = readTable(set('10.0.0.1, 10.0.0.2, 9.0.0.1'))
  const listed = (elements: string) => readTable(set(elements), expected)?.sets.get('s')
  assert.is(listed('9.0.0.1, 10.0.0.1,\n\t\t\t     10.0.0.2'), expected?.sets.get('s'))
  for (const other of ['9.0.0.1, 10.0.0.1', '9.0.0.1, 10.0.0.1, 10.0.0.3', '9.0.0.1, 10.0.0.1, 10.0.0.2, 10.0.0.3']) {
    assert.is.not(listed(other), expected?.sets.get('s'))
    assert.equal([...(listed(other)?.elements ?? [])], other.split(', '))
  }
})

test.run()
