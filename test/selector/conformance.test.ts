/**
 * Selectors against the conformance facts (selectors.json in the folder RAMPART_CONFORMANCE_DIR); without the folder nothing is checked.
 * Of every fact: whether the text is valid, its canonical text, what it matches. Not asked, because rampart has no such thing: token
 * lists, restrictions of labels, prefixed labels, hashed identifiers.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { matchesSelector } from '../../src/selector/match-selector.ts'
import { printSelector } from '../../src/selector/print-selector.ts'
import { readSelector } from '../../src/selector/read-selector.ts'
import type { Selector } from '../../src/selector/selector.ts'
import { valueSet } from '../../src/selector/value-set.ts'

const test = suite('selector conformance')

interface Fact {
  readonly id: string
  readonly fact: string
  readonly selector: string | null
  readonly valid: boolean | null
  readonly canonical?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly matches?: boolean
  readonly normalised?: string
  readonly roundTrips?: boolean
  readonly inputValues?: readonly string[]
  readonly storedValues?: readonly string[]
}

/** Facts that rampart decides otherwise: which deviation of behaviour.md section 12, why, and the canonical text instead of a refusal. */
const deviations: ReadonlyMap<string, { readonly id: string; readonly why: string; readonly canonical: string }> =
  new Map([
    ['sel-0275', { id: 'DV-15', why: 'a newline around a selector is trimmed', canonical: 'all()' }],
    ['sel-0294', { id: 'DV-15', why: 'a newline is a blank', canonical: 'a == "x"' }],
    [
      'sel-0295',
      { id: 'DV-15', why: 'a newline at the end, as YAML blocks leave it, is trimmed', canonical: 'a == "x"' },
    ],
  ])

const folder = process.env.RAMPART_CONFORMANCE_DIR
if (folder === undefined) console.log('RAMPART_CONFORMANCE_DIR is not set: the selector facts are not checked')
const facts: readonly Fact[] =
  folder === undefined ? [] : (JSON.parse(readFileSync(join(folder, 'selectors.json'), 'utf8')) as readonly Fact[])

function read(fact: Fact, text: string): Selector {
  const reading = readSelector(text)
  if (reading.type === 'fault') throw new Error(`${fact.id}: ${reading.message} in ${text}`)
  return reading.selector
}

function checkReadable(fact: Fact, text: string): void {
  const selector = read(fact, text)
  const printed = printSelector(selector)
  const canonical = fact.canonical ?? fact.normalised
  if (canonical !== undefined) assert.is(printed, canonical, fact.id)
  if (fact.roundTrips) assert.is(printSelector(read(fact, printed)), printed, fact.id)
  if (fact.matches === undefined) return
  const labels = new Map(Object.entries(fact.labels ?? {}))
  assert.is(matchesSelector(selector, labels), fact.matches, fact.id)
}

function checkFact(fact: Fact): void {
  const deviation = deviations.get(fact.id)
  if (fact.selector === null) {
    assert.equal(valueSet(fact.inputValues ?? []), fact.storedValues, fact.id)
  } else if (deviation !== undefined) {
    assert.is(fact.valid, false, `${fact.id} is no longer a deviation`)
    assert.is(
      printSelector(read(fact, fact.selector)),
      deviation.canonical,
      `${fact.id}, ${deviation.id}: ${deviation.why}`,
    )
  } else if (fact.valid) {
    checkReadable(fact, fact.selector)
  } else {
    assert.is(readSelector(fact.selector).type, 'fault', `${fact.id}: ${fact.selector}`)
  }
}

const kinds = new Set(facts.map((fact) => fact.fact))
for (const kind of kinds) {
  const ofKind = facts.filter((fact) => fact.fact === kind)
  test(`readSelector() agrees with the facts when they are of kind ${kind}`, () => {
    for (const fact of ofKind) checkFact(fact)
  })
}

test('readSelector() deviates only where the facts still say otherwise', () => {
  if (facts.length === 0) return
  const known = new Set(facts.map((fact) => fact.id))
  for (const id of deviations.keys()) assert.ok(known.has(id), id)
  console.log(`selector facts checked: ${facts.length}, of them deviations: ${deviations.size}`)
})

test.run()
