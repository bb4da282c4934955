import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { extentOf, mostLost } from '../../src/compile/table-extent.ts'
import { readTable } from '../../src/ruleset/read-table.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'

const test = suite('mostLost')

function table(parts: { readonly counters?: readonly string[]; readonly sets?: readonly string[] }): Ruleset {
  const counters = (parts.counters ?? []).map((name) => `\tcounter ${name} { }\n`)
  const read = readTable(`table inet rampart {\n${counters.join('')}${(parts.sets ?? []).join('')}}\n`)
  assert.ok(read)
  return read
}

const hashSet = (name: string, ...elements: readonly string[]): string =>
  `\tset ${name} {\n\t\ttype ipv4_addr\n\t\telements = { ${elements.join(', ')} }\n\t}\n`
const intervalSet = (name: string, ...elements: readonly string[]): string =>
  `\tset ${name} {\n\t\ttype ipv4_addr\n\t\tflags interval\n\t\telements = { ${elements.join(', ')} }\n\t}\n`

const pairs: readonly (readonly [Ruleset, Ruleset])[] = [
  [table({ sets: [hashSet('a', '192.0.2.1', '192.0.2.2')] }), table({ sets: [hashSet('a', '192.0.2.1')] })],
  [table({ sets: [hashSet('a', '192.0.2.1')] }), table({})],
  [table({ sets: [hashSet('a', '192.0.2.1')] }), table({ sets: [hashSet('b', '192.0.2.1')] })],
  [table({ sets: [intervalSet('a', '10.0.0.1-10.0.0.14', '10.1.0.0/16')] }), table({})],
  [table({ sets: [intervalSet('a', '10.0.0.1-10.0.0.14')] }), table({ sets: [intervalSet('a', '10.0.0.1-10.0.0.2')] })],
  [table({ counters: ['gnp/a/ingress/0', 'gnp/a/ingress/1'] }), table({ counters: ['gnp/b/ingress/0'] })],
]

test('mostLost() is never less than what is lost', () => {
  for (const [before, after] of pairs) {
    const most = mostLost(before, after)
    const [had, has] = [extentOf(before), extentOf(after)]
    for (const key of ['endpoints', 'rules', 'members'] as const)
      assert.ok(most[key] >= had[key] - has[key], `${key}: ${most[key]}`)
  }
})

test('mostLost() counts what differs, and nothing of what both tables share', () => {
  const before = table({ sets: [hashSet('a', '192.0.2.1'), hashSet('b', '192.0.2.3')] })
  const a = before.sets.get('a')
  assert.ok(a)
  const after = { ...table({}), sets: new Map([['a', a]]) }
  assert.equal(mostLost(before, after), { endpoints: 0, rules: 0, members: 1 })
  assert.equal(mostLost(undefined, after), { endpoints: 0, rules: 0, members: 0 })
  assert.equal(mostLost(before, before), { endpoints: 0, rules: 0, members: 0 })
})

test.run()
