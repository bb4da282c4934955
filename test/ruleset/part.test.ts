import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findPart, joinParts, type Part, withParts } from '../../src/ruleset/part.ts'
import { readTable } from '../../src/ruleset/read-table.ts'
import { emptyRuleset, type Ruleset } from '../../src/ruleset/ruleset.ts'

const test = suite('ruleset/part')

const rulesOf = (of: string): Part => ({ type: 'rules', of })
const elementsOf = (of: string): Part => ({ type: 'elements', of })

function table(...blocks: readonly string[]): Ruleset {
  return readTable(['table inet rampart {', ...blocks, '}', ''].join('\n')) ?? emptyRuleset
}

const set = '\tset peers {\n\t\ttype ipv4_addr\n\t\telements = { 10.0.0.1 }\n\t}'
const map = '\tmap doors {\n\t\ttype ifname : verdict\n\t\telements = { "eth0" : drop }\n\t}'
const chain = (rule: string): string => `\tchain input {\n\t\t${rule}\n\t}`

test('joinParts() names each part once, and everything where there are many', () => {
  const [a, b] = [rulesOf('a'), elementsOf('a')]
  assert.equal(joinParts([], [a]), [a])
  assert.equal(joinParts([a, b], [rulesOf('a')]), [a, b])
  assert.equal(joinParts([a, b], [rulesOf('b')]), [a, b, rulesOf('b')])
  assert.is(joinParts([a, b, rulesOf('b')], [rulesOf('c')]), 'everything')
  assert.is(joinParts([a], 'everything'), 'everything')
  assert.is(joinParts('everything', []), 'everything')
})

test('findPart() knows as what nft lists a part, and that a table has none of the name', () => {
  const whole = table(set, map, chain('accept'))
  assert.equal(findPart(whole, rulesOf('input')), { keyword: 'chain', name: 'input' })
  assert.equal(findPart(whole, elementsOf('peers')), { keyword: 'set', name: 'peers' })
  assert.equal(findPart(whole, elementsOf('doors')), { keyword: 'map', name: 'doors' })
  for (const part of [rulesOf('peers'), elementsOf('input'), rulesOf('mine')])
    assert.is(findPart(whole, part), undefined)
})

test('withParts() replaces what it is given and leaves the rest', () => {
  const whole = withParts(table(set, map, chain('accept')), table(chain('drop')))
  assert.equal(whole, table(set, map, chain('drop')))
})

test.run()
