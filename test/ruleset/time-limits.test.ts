import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { plainChain } from '../../src/ruleset/chain.ts'
import { printRule } from '../../src/ruleset/print-rule.ts'
import { readRule } from '../../src/ruleset/read-rule.ts'
import { emptyRuleset, type Ruleset } from '../../src/ruleset/ruleset.ts'
import { timeLimits, withoutEnded } from '../../src/ruleset/time-limits.ts'

const test = suite('time limits')
const table: Ruleset = {
  ...emptyRuleset,
  chains: new Map(
    [
      plainChain('a', ['tcp dport 1 meta time < 300 accept', 'accept'].map(readRule)),
      plainChain('b', ['drop'].map(readRule)),
      plainChain('c', ['meta time < 200 accept', 'meta time < 400 accept'].map(readRule)),
    ].map((chain) => [chain.name, chain]),
  ),
}

test('timeLimits() names what ends by itself, the first to end first', () => {
  assert.equal(
    timeLimits(table).map(({ atMs, chain }) => [atMs, chain]),
    [
      [200_000, 'c'],
      [300_000, 'a'],
      [400_000, 'c'],
    ],
  )
})

test('withoutEnded() leaves out what no longer matches, from its very moment on', () => {
  assert.is(withoutEnded(table, 199_999), table)
  const at = (nowMs: number) =>
    [...withoutEnded(table, nowMs).chains.values()].flatMap(({ rules }) => rules.map(printRule))
  assert.equal(at(200_000), ['tcp dport 1 meta time < 300 accept', 'accept', 'drop', 'meta time < 400 accept'])
  assert.equal(at(399_999), ['accept', 'drop', 'meta time < 400 accept'])
  assert.equal(at(400_000), ['accept', 'drop'])
  assert.is(withoutEnded(table, 300_000).chains.get('b'), table.chains.get('b'))
})

test.run()
