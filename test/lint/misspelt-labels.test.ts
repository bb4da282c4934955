import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findMisspeltLabels } from '../../src/lint/misspelt-labels.ts'
import { allow, endpoint, policy } from '../kernel/packet-policies.ts'
import { messagesOf } from './found.ts'

const host = (name: string, labels: Readonly<Record<string, string>>) => endpoint(name, { interfaceName: name }, labels)
const hosts = [
  host('a', { role: 'database', region: 'west' }),
  host('b', { role: 'gateway', region: 'north-1', stage: 'production' }),
]
const saidOf = (selector: string) =>
  messagesOf(findMisspeltLabels, ...hosts, policy('p', { selector, ingress: [allow()] }))

test('findMisspeltLabels() warns of a name that is one slip away from another: misspelt-label', () => {
  assert.equal(saidOf("role != 'databse'"), ['the label "role" is never "databse": did you mean "database"?'])
  assert.equal(saidOf("role in {'gateway', 'databsae'}"), [
    'the label "role" is never "databsae": did you mean "database"?',
  ])
  assert.equal(saidOf("role == 'gateway' || stgae == 'production'"), [
    'nothing has the label "stgae": did you mean "stage"?',
  ])
  assert.equal(saidOf("role != 'Database'"), ['the label "role" is never "Database": did you mean "database"?'])
  const excluded = policy('p', { selector: 'all()', ingress: [allow({ source: { notSelector: 'has(regoin)' } })] })
  assert.is(messagesOf(findMisspeltLabels, ...hosts, excluded).length, 1)
})

test('findMisspeltLabels() is silent about names that are only alike', () => {
  for (const selector of [
    "region != 'east'", // short
    "region != 'north-2'", // numbered
    "role != 'web'", // nothing like it
    "role in {'database', 'databases'}", // both are meant
    "role starts with 'databse' || has(role)", // a part of a value
    'has(role) || has(reg)',
    "role == 'gatewy'", // matches nothing: unmatched-policy says it
  ])
    assert.equal(saidOf(selector), [], selector)
})

test.run()
