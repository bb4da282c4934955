import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findExpiring } from '../../src/validate/find-expiring.ts'
import { check, fileOf, printPlain } from './policy-files.ts'

const test = suite('findExpiring')
const dayMs = 86_400_000
const end = Date.parse('2030-01-31T18:00:00Z')

const annotated = (kind: string, spec: string): string => `apiVersion: projectcalico.org/v3
kind: ${kind}
metadata:
  name: p
  annotations: {rampart/expires: "2030-01-31T18:00:00Z"}
spec: {${spec}}
`
const twoRules = 'ingress: [{action: Allow}, {action: Allow, ipVersion: 4}]'

function warnings(text: string, atMs: number): readonly string[] {
  const { policySet } = check([fileOf('a.yaml', text)])
  return findExpiring(policySet, new Date(atMs)).map(printPlain)
}

for (const kind of [
  'GlobalNetworkPolicy',
  'NetworkPolicy',
  'StagedGlobalNetworkPolicy',
  'StagedNetworkPolicy',
  'Profile',
]) {
  test(`findExpiring() reads the annotation of a ${kind}, once for all its rules`, () => {
    assert.equal(warnings(annotated(kind, twoRules), end - 14 * dayMs - 1), [])
    assert.equal(warnings(annotated(kind, twoRules), end - 14 * dayMs), [
      'a.yaml:5:34 expires-soon what it allows expires within 14 days, at 2030-01-31T18:00:00Z: write a later time if it is needed for longer',
    ])
    assert.match(warnings(annotated(kind, twoRules), end - 1)[0] ?? '', 'expires within a day, at')
    assert.equal(warnings(annotated(kind, twoRules), end), [
      'a.yaml:5:34 expired what it allows has expired at 2030-01-31T18:00:00Z and is closed: remove it, or write a later time',
    ])
  })
}

test.run()
