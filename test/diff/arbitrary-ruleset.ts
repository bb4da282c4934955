/** Random tables over few names and lines, so that two of them share much and differ much. */

import { type Arbitrary, constantFrom, dictionary, record, subarray, uniqueArray } from 'fast-check'
import type { Chain } from '../../src/ruleset/chain.ts'
import type { MapValue, NamedMap, NamedSet } from '../../src/ruleset/named-set.ts'
import { readRule } from '../../src/ruleset/read-rule.ts'
import type { ForeignObject, Ruleset } from '../../src/ruleset/ruleset.ts'

const names = ['a', 'b', 'c', 'd/e']
const lines = [
  'accept',
  'tcp dport 80 counter name "a" accept comment "p[0]"',
  'ip saddr @a drop',
  'ip saddr != @b counter name "b" accept',
  'jump a',
  'goto d/e',
  'iifname vmap @a',
  'meta mark 0x1 counter accept',
  'counter name meta l4proto map @b accept',
]
const elements = ['10.0.0.1', '10.0.0.2', '192.0.2.0/24', '198.51.100.1-198.51.100.6']
const values: Readonly<Record<NamedMap['data'], readonly MapValue[]>> = {
  verdict: [{ type: 'accept' }, { type: 'goto', chain: 'a' }],
  counter: [{ counter: 'a' }, { counter: 'b' }],
}
const foreignTexts = ['over 25 mbytes', 'over 50 mbytes']

const hook = constantFrom(
  undefined,
  { type: 'filter', hook: 'input', priority: 0, fallback: 'accept' } as const,
  { type: 'filter', hook: 'input', priority: 5, fallback: 'drop' } as const,
)
const declaration = {
  key: constantFrom(['ipv4_addr'] as const, ['ifname'] as const),
  comment: constantFrom(undefined, 'x'),
  properties: constantFrom([], ['size 10']),
}

const chain: Arbitrary<Omit<Chain, 'name'>> = record({
  hook,
  comment: constantFrom(undefined, 'mine'),
  rules: uniqueArray(constantFrom(...lines), { maxLength: 6 }).map((texts) => texts.map(readRule)),
})
const set: Arbitrary<Omit<NamedSet, 'name'>> = record({
  ...declaration,
  interval: constantFrom(true, false),
  elements: subarray(elements).map((chosen) => new Set(chosen)),
})
const map: Arbitrary<Omit<NamedMap, 'name'>> = constantFrom('verdict' as const, 'counter' as const).chain((data) =>
  record({
    ...declaration,
    interval: constantFrom(false),
    data: constantFrom(data),
    elements: dictionary(constantFrom(...elements), constantFrom(...values[data])).map(
      (entries) => new Map(Object.entries(entries)),
    ),
  }),
)
const foreign: Arbitrary<ReadonlyMap<string, ForeignObject>> = dictionary(
  constantFrom('q', 'r'),
  constantFrom(...foreignTexts),
).map((entries) => {
  const objects = Object.entries(entries).map(([name, text]) => ({
    keyword: 'quota',
    name,
    text: `\tquota ${name} {\n\t\t${text}\n\t}`,
  }))
  return new Map(objects.map((object) => [`quota ${object.name}`, object]))
})

function named<T>(value: Arbitrary<T>): Arbitrary<ReadonlyMap<string, T & { readonly name: string }>> {
  return dictionary(constantFrom(...names), value).map(
    (entries) => new Map(Object.entries(entries).map(([name, one]) => [name, { ...one, name }])),
  )
}

export const arbitraryRuleset: Arbitrary<Ruleset> = record({
  flags: constantFrom<readonly string[]>([], [], [], ['dormant']),
  counters: subarray(names).map((chosen) => new Set(chosen)),
  sets: named(set),
  maps: named(map),
  chains: named(chain),
  foreign,
})
