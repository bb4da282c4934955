import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { extentOf, mostLost } from '../../src/compile/table-extent.ts'
import { readTable } from '../../src/ruleset/read-table.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { allow, e0, policy, tcpTo } from '../kernel/packet-policies.ts'
import { tableOf } from './compiled-table.ts'

const test = suite('table-extent')

function tableWith(parts: { readonly counters?: readonly string[]; readonly sets?: readonly string[] }): Ruleset {
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
  [tableWith({ sets: [hashSet('a', '192.0.2.1', '192.0.2.2')] }), tableWith({ sets: [hashSet('a', '192.0.2.1')] })],
  [tableWith({ sets: [hashSet('a', '192.0.2.1')] }), tableWith({})],
  [tableWith({ sets: [hashSet('a', '192.0.2.1')] }), tableWith({ sets: [hashSet('b', '192.0.2.1')] })],
  [tableWith({ sets: [intervalSet('a', '10.0.0.1-10.0.0.14', '10.1.0.0/16')] }), tableWith({})],
  [
    tableWith({ sets: [intervalSet('a', '10.0.0.1-10.0.0.14')] }),
    tableWith({ sets: [intervalSet('a', '10.0.0.1-10.0.0.2')] }),
  ],
  [tableWith({ counters: ['gnp/a/ingress/0', 'gnp/a/ingress/1'] }), tableWith({ counters: ['gnp/b/ingress/0'] })],
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
  const before = tableWith({ sets: [hashSet('a', '192.0.2.1'), hashSet('b', '192.0.2.3')] })
  const a = before.sets.get('a')
  assert.ok(a)
  const after = { ...tableWith({}), sets: new Map([['a', a]]) }
  assert.equal(mostLost(before, after), { endpoints: 0, rules: 0, members: 1 })
  assert.equal(mostLost(undefined, after), { endpoints: 0, rules: 0, members: 0 })
  assert.equal(mostLost(before, before), { endpoints: 0, rules: 0, members: 0 })
})

const membersIn = (...sets: readonly string[]): number => extentOf(tableWith({ sets })).members

test('extentOf() counts a network once, in whichever form and in however many sets it is', () => {
  const ranges = intervalSet('peers4/aaaaaaaaaaaa', '10.0.0.0/24', '10.0.1.0-10.0.2.255', '10.9.9.9')
  const spread = [
    hashSet('peers4/bbbbbbbbbbbb/24', '10.0.0.0', '10.0.1.0', '10.0.2.0'),
    hashSet('peers4/bbbbbbbbbbbb/32', '10.9.9.9'),
  ]
  assert.is(membersIn(ranges), 4)
  assert.is(membersIn(...spread), 4)
  assert.is(membersIn(ranges, ...spread), 4)
  assert.is(membersIn(hashSet('peers4/cccccccccccc', '10.0.0.1', '10.0.0.2'), ranges), 6)
})

test('extentOf() counts rules of policies, whatever they were merged with, alike in a compiled table and a listed one', () => {
  const compiled = tableOf(
    e0(),
    policy('web', { ingress: Array.from({ length: 30 }, (_, at) => allow(tcpTo(at + 1))) }),
  )
  assert.equal(extentOf(compiled), { endpoints: 1, rules: 30, members: 0 })
  assert.equal(extentOf({ ...compiled, counters: new Set(compiled.counters) }), extentOf(compiled))
  assert.equal(extentOf(undefined), { endpoints: 0, rules: 0, members: 0 })
})

test.run()
