/** Lists so long that their items cannot all be arguments of one call: what only a large policy shows. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mergeRules } from '../../src/compile/merge-rules.ts'
import { runsOf } from '../../src/compile/runs.ts'
import { ruleEdits } from '../../src/diff/rule-edits.ts'
import { readYaml } from '../../src/document/read-yaml.ts'
import { makeRule } from '../../src/ruleset/rule.ts'

const large = suite('large')
const count = 200_000
const rules = Array.from({ length: count }, (_, index) => makeRule({ comment: `rule ${index}` }))

large('mergeRules() takes 200,000 rules that cannot be merged', () => {
  const { groups } = mergeRules([{ name: 'policy', rules, runs: runsOf(rules) }], { chain: 'chain', before: new Map() })
  assert.is(groups.things[0]?.rules.length, count)
})

large('ruleEdits() gives 200,000 edits', () => {
  assert.is(ruleEdits([], rules).length, count)
  assert.is(ruleEdits(rules, []).length, count)
})

large('readYaml() reports 200,000 faults', () => {
  const source = { path: 'faults.yaml', text: '- &a 1\n'.repeat(count) }
  assert.is(readYaml(source).diagnostics.length, count)
})

large.run()
