import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { KeptObjects } from '../../src/compile/kept-objects.ts'
import { drawOf } from '../../src/compile/names.ts'
import { segments } from '../../src/compile/segments.ts'
import type { Chain } from '../../src/ruleset/chain.ts'
import { drop, makeRule, type Rule } from '../../src/ruleset/rule.ts'
import { emptyRuleset } from '../../src/ruleset/ruleset.ts'

const group = (name: string, count = 100) => ({
  policy: { name, draw: drawOf(name) },
  rules: Array.from({ length: count }, (_, at) => makeRule({ comment: `${name}[${at}]`, verdict: drop })),
})
const groups = Array.from({ length: 400 }, (_, at) => group(`policy-${at}`))
const byName = (chains: readonly Chain[]) => new Map(chains.map((chain) => [chain.name, chain]))
const cut = (list: typeof groups, before: readonly Chain[] = []) =>
  segments(list, { chain: 'c', hasPass: false, kept: new KeptObjects({ ...emptyRuleset, chains: byName(before) }) })

test('segments() joins the jumps of many segments in groups, with all rules in their order', () => {
  const { rules, chains } = cut(groups)
  const named = byName(chains)
  const commentsOf = (list: readonly Rule[]): readonly string[] =>
    list.flatMap(({ verdict, comment }) =>
      verdict?.type === 'jump' ? commentsOf(named.get(verdict.chain)?.rules ?? []) : [comment ?? ''],
    )
  assert.equal(
    commentsOf(rules),
    groups.flatMap((one) => one.rules.map(({ comment }) => comment)),
  )
  assert.ok(chains.filter(({ name }) => name.startsWith('c/group_')).length > 5)
  assert.ok(rules.length < 50)
})

test('segments() gives the chains of before but for the one that was edited, and for its group where a policy comes', () => {
  const before = cut(groups).chains
  const known = new Set(before)
  const isNew = (chain: Chain): boolean => !known.has(chain)
  const edited = groups.map((one, at) => (at === 200 ? group('policy-200', 99) : one))
  assert.equal(
    cut(edited, before)
      .chains.filter(isNew)
      .map(({ name }) => name),
    ['c/policy-200'],
  )
  const added = [...groups.slice(0, 200), group('another'), ...groups.slice(200)]
  const names = cut(added, before)
    .chains.filter(isNew)
    .map(({ name }) => name.replace(/group_.*/, 'group'))
  assert.equal(names, ['c/another', 'c/group'])
})

test.run()
