import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { extentOf } from '../../src/compile/table-extent.ts'
import { readTable } from '../../src/ruleset/read-table.ts'
import { allow, e0, policy, tcpTo } from '../kernel/packet-policies.ts'
import { tableOf } from './compiled-table.ts'

const table = (...lines: readonly string[]) => readTable(`table inet rampart {\n${lines.join('\n')}\n}\n`)
const set = (name: string, type: string, elements: string): string =>
  `\tset ${name} {\n\t\ttype ipv4_addr\n${type}\t\telements = { ${elements} }\n\t}`

test('extentOf() counts a network once, in whichever form and in however many sets it is', () => {
  const ranges = set('peers4/aaaaaaaaaaaa', '\t\tflags interval\n', '10.0.0.0/24, 10.0.1.0-10.0.2.255, 10.9.9.9')
  const spread = [
    set('peers4/bbbbbbbbbbbb/24', '', '10.0.0.0, 10.0.1.0, 10.0.2.0'),
    set('peers4/bbbbbbbbbbbb/32', '', '10.9.9.9'),
  ]
  assert.is(extentOf(table(ranges)).members, 4)
  assert.is(extentOf(table(...spread)).members, 4)
  assert.is(extentOf(table(ranges, ...spread)).members, 4)
  assert.is(extentOf(table(set('peers4/cccccccccccc', '', '10.0.0.1, 10.0.0.2'), ranges)).members, 6)
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
