/** What the bench stands on: its policies are valid and always the same, and its numbers are calculated right. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasErrors } from '../../src/diagnostic/diagnostic.ts'
import { diff } from '../../src/diff/diff.ts'
import { printScript } from '../../src/diff/print-script.ts'
import { compileForHost, readPolicy } from '../../src/pipeline.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { readBenchOptions } from './bench-options.ts'
import { type GeneratorSettings, generatedNode, generatePolicies } from './generate-policies.ts'
import { fitExponent, summarize } from './statistics.ts'

const policies = suite('generatePolicies')
const mixed: GeneratorSettings = { ruleCount: 200, variant: 'mixed', edition: 0 }

policies('generatePolicies() gives the same files each time', () => {
  assert.equal(generatePolicies(mixed), generatePolicies(mixed))
})

for (const variant of ['mixed', 'mergeable'] as const) {
  policies(`generatePolicies() gives ${variant} policies without a fault, with as many rules as asked for`, () => {
    const { value, diagnostics } = readPolicy(filesOf({ ...mixed, variant }))
    assert.equal(diagnostics, [])
    const rules = value.policies.flatMap(({ ingress, egress }) => [...ingress, ...egress])
    assert.is(rules.length, 200)
  })
}

policies('generatePolicies() makes rules of its mergeable variant that become lookups', () => {
  assert.is(rulesetOf(mixed).maps.size < rulesetOf({ ...mixed, variant: 'mergeable' }).maps.size, true)
})

policies('generatePolicies() changes one rule in another edition', () => {
  const before = generatePolicies(mixed).map(({ text }) => text.split('\n'))
  const after = generatePolicies({ ...mixed, edition: 1 }).map(({ text }) => text.split('\n'))
  const lines = after.flatMap((file, at) => file.filter((line, number) => line !== before[at]?.[number]))
  assert.equal(lines, ['      destination: {ports: [20001]}'])
  const script = printScript(diff(rulesetOf({ ...mixed, edition: 1 }), rulesetOf(mixed)))
  assert.is(script.split('flush chain').length, 2, script)
})

policies.run()

const statistics = suite('statistics')

statistics('summarize() takes the middle of an odd number of samples', () => {
  assert.equal(summarize([30, 10, 200]), { median: 30, min: 10, max: 200, count: 3 })
})

statistics('summarize() takes the middle between the two in the middle of an even number', () => {
  assert.equal(summarize([4, 1, 3, 100]), { median: 3.5, min: 1, max: 100, count: 4 })
})

statistics('summarize() takes a single sample as it is, and throws when there is none', () => {
  assert.equal(summarize([7]), { median: 7, min: 7, max: 7, count: 1 })
  assert.throws(() => summarize([]), /nothing to summarize/)
})

statistics('fitExponent() finds the exponent of a curve', () => {
  const curve = (exponent: number) => [1, 2, 4, 8].map((size) => ({ size, cost: 3 * size ** exponent }))
  for (const exponent of [0, 0.5, 1, 1.7]) assert.ok(Math.abs(fitExponent(curve(exponent)) - exponent) < 1e-9)
})

statistics('fitExponent() lies between what the halves of a bent curve would give', () => {
  const bent = [1, 2, 4, 8].map((size) => ({ size, cost: Math.max(size, 2) }))
  assert.is(fitExponent(bent).toFixed(2), '0.70')
})

statistics('fitExponent() throws when there is one size alone', () => {
  assert.throws(() => fitExponent([{ size: 2, cost: 1 }]), /one size/)
})

statistics.run()

const options = suite('readBenchOptions')
const names = ['apply', 'change', 'idle']

options('readBenchOptions() measures everything seven times unless told otherwise', () => {
  const everything = { only: names, runs: 7, scale: 'full', jsonFile: undefined, target: 'terminal' }
  assert.equal(readBenchOptions([], names), everything)
  assert.equal(readBenchOptions(['--readme'], names), { ...everything, target: 'readme' })
})

options('readBenchOptions() reads what to measure, how often, and the file', () => {
  const words = ['--only', 'idle,apply', '--runs', '3', '--quick', '--json', 'a.json']
  assert.equal(readBenchOptions(words, names), {
    ...{ only: ['idle', 'apply'], runs: 3, scale: 'quick' },
    ...{ jsonFile: 'a.json', target: 'terminal' },
  })
})

options('readBenchOptions() says what is wrong when a value cannot be used', () => {
  assert.match(complaintAbout(['--only', 'apply,x']), /^--only "x": write some of apply, change, idle/)
  assert.match(complaintAbout(['--runs', '0']), /from 1 to 100/)
})

options('readBenchOptions() writes no README from a part of the bench', () => {
  for (const words of [['--only', 'apply'], ['--quick'], ['--runs', '3']])
    assert.match(complaintAbout(['--readme', ...words]), /^--readme: /)
})

options('readBenchOptions() refuses words that it does not know', () => {
  assert.match(complaintAbout(['--size', '100']), /--size/)
})

options.run()

function complaintAbout(words: readonly string[]): string {
  const read = readBenchOptions(words, names)
  return typeof read === 'string' ? read : ''
}

function filesOf(settings: GeneratorSettings): Parameters<typeof readPolicy>[0] {
  return generatePolicies(settings).map(({ path, text }) => ({
    ...{ path, type: 'file', contentId: path },
    bytes: new TextEncoder().encode(text),
  }))
}

function rulesetOf(settings: GeneratorSettings): Ruleset {
  const { value: policySet, diagnostics } = readPolicy(filesOf(settings))
  assert.is(hasErrors(diagnostics), false)
  const facts = { node: generatedNode, interfaces: [] }
  return compileForHost({ policySet, facts, failsafes: 'minimal', controlPorts: [] }).value.ruleset
}
