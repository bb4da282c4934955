import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { keepPortsApart } from '../../src/compile/keep-ports-apart.ts'
import { printRule } from '../../src/ruleset/print-rule.ts'
import { readRule } from '../../src/ruleset/read-rule.ts'

function apart(line: string): string {
  const { matches } = readRule(`${line} accept`)
  const kept = keepPortsApart(matches.filter((match) => match.type === 'port'))
  return printRule({ matches: kept, statements: [], verdict: undefined, comment: undefined })
}

test('keepPortsApart() writes one of two excluded ports as all the others', () => {
  assert.is(apart('tcp sport != 65535 tcp dport != 22'), 'tcp dport { 0-21, 23-65535 } tcp sport != 65535')
  assert.is(apart('udp sport != 5 udp dport != 65535'), 'udp dport 0-65534 udp sport != 5')
  assert.is(
    apart('tcp sport != 1 tcp dport != 80 tcp dport != { 22, 25 }'),
    'tcp dport { 0-79, 81-65535 } tcp sport != 1 tcp dport != { 22, 25 }',
  )
})

test('keepPortsApart() puts what is wanted before what is excluded, and leaves the rest alone', () => {
  assert.is(apart('tcp sport 1 tcp sport != { 3, 4 } tcp dport 2'), 'tcp sport 1 tcp dport 2 tcp sport != { 3, 4 }')
  for (const line of ['tcp sport != 1 tcp dport != { 22, 25 }', 'tcp sport != 1-2 tcp dport != 22', 'tcp dport != 22'])
    assert.is(apart(line), line)
})

test.run()
