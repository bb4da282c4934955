import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ruleEdits } from '../../src/diff/rule-edits.ts'
import { printRule } from '../../src/ruleset/print-rule.ts'
import { readRule } from '../../src/ruleset/read-rule.ts'

const rules = (ports: readonly number[]) => ports.map((port) => readRule(`tcp dport ${port} accept`))
const edits = (from: readonly number[], to: readonly number[]) =>
  ruleEdits(rules(from), rules(to)).map(
    ({ action, rule }) => `${action === 'add' ? '+' : '-'}${/\d+/.exec(printRule(rule))?.[0]}`,
  )

test('ruleEdits() names what is gone and what has come, in chain order, deletions first', () => {
  assert.equal(edits([1, 2, 3, 4], [1, 5, 3, 6, 4]), ['-2', '+5', '+6'])
  assert.equal(edits([], [1, 2]), ['+1', '+2'])
  assert.equal(edits([1, 2], []), ['-1', '-2'])
  assert.equal(edits([1, 2], [2, 1]).length, 2)
  assert.equal(edits([1, 1, 2], [1, 2]), ['-1'])
  assert.equal(edits([1, 2, 3], [1, 2, 3]), [])
})

test('ruleEdits() is never longer than the two lists, and turns one into the other', () => {
  const list = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 12 })
  fc.assert(
    fc.property(list, list, (from, to) => {
      const words = edits(from, to)
      const gone = words.filter((word) => word.startsWith('-')).map((word) => Number(word.slice(1)))
      const come = words.filter((word) => word.startsWith('+')).map((word) => Number(word.slice(1)))
      const without = (all: readonly number[], some: readonly number[]): readonly number[] =>
        some.reduce<readonly number[]>((rest, one) => rest.filter((_, at) => at !== rest.indexOf(one)), all)
      assert.equal([...without(from, gone)].sort(), [...without(to, come)].sort())
      assert.is(gone.length - come.length, from.length - to.length)
    }),
    { numRuns: 300, seed: 5 },
  )
})

test('ruleEdits() shows two long lists that differ everywhere as removed and added, in bounded time', () => {
  const [from, to] = [1, 30_000].map((first) => Array.from({ length: 2500 }, (_, at) => first + at))
  assert.is(edits(from ?? [], to ?? []).length, 5000)
})

test.run()
