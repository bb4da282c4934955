/** Reads a PolicyTest. */

import type { PolicyTest, TestCase, TestedHosts } from '../policy/policy-test.ts'
import type { PolicyTestDocument } from '../schema/policy-test.ts'
import { readMetadata } from './check-metadata.ts'
import { whyNoName } from './names.ts'
import { readPolicySelector } from './read-policy-selector.ts'
import { readTestCase } from './read-test-case.ts'
import type { Subject } from './subject.ts'

/** Whole only when nothing was reported. Whether its hosts exist is asked elsewhere. */
export function readPolicyTest(subject: Subject<PolicyTestDocument>): PolicyTest {
  readMetadata(subject, 'PolicyTest', 'none')
  const { metadata } = subject.value
  return {
    kind: 'PolicyTest',
    name: metadata.name,
    span: subject.document.spanOf(['metadata', 'name'], 'value'),
    hosts: readHosts(subject),
    cases: readCases(subject),
  }
}

const nobody: TestedHosts = { type: 'named', hosts: [] }
const ways = ['host', 'hosts', 'selector'] as const

function readHosts(subject: Subject<PolicyTestDocument>): TestedHosts {
  const { spec } = subject.value
  const [first, second] = ways.filter((field) => spec[field] !== undefined)
  if (first === undefined) {
    const message = 'spec names no host: give host, hosts, or a selector over the labels of host endpoints'
    subject.report('missing-field', { at: ['spec'], mark: 'key', message })
    return nobody
  }
  if (second !== undefined) {
    const message = `spec has both ${first} and ${second}: give one of host, hosts and selector`
    subject.report('invalid-value', { at: ['spec', second], mark: 'key', message })
    return nobody
  }
  if (!subject.isSound(['spec', first])) return nobody
  return first === 'selector' ? readHostSelector(subject, spec.selector ?? '') : readHostNames(subject, first)
}

function readHostSelector(subject: Subject<PolicyTestDocument>, text: string): TestedHosts {
  const at = ['spec', 'selector']
  const selector = readPolicySelector(subject, at, text)
  return selector === undefined ? nobody : { type: 'selected', selector, span: subject.document.spanOf(at, 'value') }
}

function readHostNames(subject: Subject<PolicyTestDocument>, field: 'host' | 'hosts'): TestedHosts {
  const { host, hosts } = subject.value.spec
  const given =
    field === 'host'
      ? [{ node: host ?? '', at: ['spec', 'host'] }]
      : (hosts ?? []).map((node, index) => ({ node, at: ['spec', 'hosts', index] }))
  if (given.length === 0) {
    const message = 'hosts is an empty list, so nothing would be tested: name hosts, or remove the test'
    subject.report('empty-list', { at: ['spec', 'hosts'], mark: 'key', message })
  }
  const seen = new Set<string>()
  for (const { node, at } of given) {
    const why = whyNoName(node)
    if (why !== undefined) subject.report('invalid-name', { at, message: `the host "${node}" is not valid: ${why}` })
    if (seen.has(node)) subject.report('duplicate-entry', { at, message: `"${node}" is listed twice: remove one` })
    seen.add(node)
  }
  const placed = given.map(({ node, at }) => ({ node, span: subject.document.spanOf(at, 'value') }))
  return { type: 'named', hosts: placed }
}

function readCases(subject: Subject<PolicyTestDocument>): readonly TestCase[] {
  const { cases } = subject.value.spec
  if (!Array.isArray(cases)) return []
  if (cases.length === 0) {
    const message = 'cases is an empty list, so nothing would be tested: write cases, or remove the test'
    subject.report('empty-list', { at: ['spec', 'cases'], mark: 'key', message })
  }
  reportRepeatedNames(subject, cases)
  return cases.flatMap((document: PolicyTestDocument['spec']['cases'][number], index: number) =>
    typeof document === 'object' && document !== null
      ? [readTestCase(subject, ['spec', 'cases', index], document)]
      : [],
  )
}

function reportRepeatedNames(subject: Subject<PolicyTestDocument>, cases: PolicyTestDocument['spec']['cases']): void {
  const first = new Map<string, number>()
  for (const [index, document] of cases.entries()) {
    const name: unknown = document?.name
    if (typeof name !== 'string') continue
    const at = ['spec', 'cases', index, 'name']
    const earlier = first.get(name)
    if (earlier === undefined) first.set(name, index)
    else {
      const span = subject.document.spanOf(['spec', 'cases', earlier, 'name'], 'value')
      const message = `two cases are called "${name}": rename one`
      subject.report('duplicate-entry', { at, message, notes: [{ span, message: 'the first one is here' }] })
    }
  }
}
