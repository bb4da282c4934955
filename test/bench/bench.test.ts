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
import { type CaseName, caseNames, type Measurement } from './measure.ts'
import { printMeasurement } from './print-measurement.ts'
import { summarize } from './statistics.ts'

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

statistics('printMeasurement() takes the ratio within each round', () => {
  const samples = (name: CaseName): readonly number[] =>
    name === 'rampart apply, into nothing' ? [30, 80, 30] : [10, 40, 20]
  const measurement: Measurement = {
    ...{ variant: 'mixed', ruleCount: 100, scriptBytes: 2048 },
    cases: Object.fromEntries(caseNames.map((name) => [name, samples(name)])) as Measurement['cases'],
    stages: [
      [
        { name: 'fetch', durationMs: 1 },
        { name: 'read', durationMs: 3 },
      ],
    ],
  }
  const text = printMeasurement(measurement)
  // 3, 2 and 1.5
  assert.match(text, /rampart apply, into nothing +2\.00 +30 +30 +80\n/)
  assert.match(text, /read +75 % +3\.0 +3\.0 +3\.0\n/)
})

statistics.run()

const options = suite('readBenchOptions')

options('readBenchOptions() reads sizes, variants, runs and the file', () => {
  assert.equal(readBenchOptions(['--sizes', '100,1000', '--variants', 'mixed', '--runs', '3', '--json', 'a.json']), {
    sizes: [100, 1000],
    variants: ['mixed'],
    runs: 3,
    jsonFile: 'a.json',
  })
})

options('readBenchOptions() says what is wrong when a value cannot be used', () => {
  assert.match(complaintAbout(['--sizes', '100,x']), /^--sizes "100,x": write multiples of 20/)
  assert.match(complaintAbout(['--sizes', '30']), /multiples of 20/)
  assert.match(complaintAbout(['--variants', 'mixed,odd']), /mixed, mergeable or both/)
  assert.match(complaintAbout(['--runs', '0']), /from 1 to 100/)
})

options('readBenchOptions() refuses words that it does not know', () => {
  assert.match(complaintAbout(['--size', '100']), /--size/)
})

options.run()

function complaintAbout(words: readonly string[]): string {
  const read = readBenchOptions(words)
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
