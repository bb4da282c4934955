import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { KeptObjects } from '../../src/compile/kept-objects.ts'
import { drawOf } from '../../src/compile/names.ts'
import { segments } from '../../src/compile/segments.ts'
import type { Chain } from '../../src/ruleset/chain.ts'
import { drop, makeRule, type Rule, type Verdict } from '../../src/ruleset/rule.ts'
import { emptyRuleset } from '../../src/ruleset/ruleset.ts'
import { diceOf } from '../fakes/dice.ts'

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

/** Shared by all groups: what they hold is not looked at, but for a Pass. */
const rulesOf = (count: number, last: Verdict): readonly Rule[] =>
  Array.from({ length: count }, (_, at) => makeRule({ comment: `${at}`, verdict: at === count - 1 ? last : drop }))
const lists = [1, 7, 40, 97, 120, 300].flatMap((count) => [rulesOf(count, drop), rulesOf(count, { type: 'return' })])

test('segments() cuts a list of which little differs from the last one as it cuts it from nothing', () => {
  for (let index = 0; index < 24; index++) {
    const dice = diceOf(`segments ${index}`)
    const place = { chain: 'c', hasPass: index % 2 === 0, kept: new KeptObjects() }
    let made = 0
    const some = (count: number) =>
      Array.from({ length: count }, () => {
        const name = `${index}-${made++}`
        return { policy: { name, draw: drawOf(name) }, rules: dice.pick(dice.chance(0.02) ? lists : lists.slice(0, 8)) }
      })
    let list = some(dice.pick([0, 5, 60, 900]))
    let last = segments(list, place)
    for (let edit = 0; edit < 8; edit++) {
      const [at, gone] = [dice.below(list.length + 1), dice.pick([0, 0, 1, 2, 300])]
      list = [...list.slice(0, at), ...some(dice.pick([0, 1, 1, 3, 300])), ...list.slice(at + gone)]
      const now = segments(list, place, last)
      assert.equal(plain(now), plain(segments(list, place)), `${index} ${edit}`)
      last = now
    }
  }
})

const plain = ({ rules, chains, sets, cuts }: ReturnType<typeof segments>) => ({
  ...{ rules, sets, chains: chains.map(({ name, rules }) => [name, rules.length, rules.map(textOf).join()]) },
  cuts: cuts.map(({ ruleCount, pieces }) => [
    ruleCount,
    ...pieces.things.map(({ rules }) => rules.length),
    ...pieces.at,
  ]),
})
const textOf = ({ verdict, comment }: Rule): string => (verdict?.type === 'jump' ? verdict.chain : (comment ?? ''))

test.run()
