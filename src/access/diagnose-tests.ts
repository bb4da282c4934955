/** Results of policy tests -> diagnostics: one for a case that fails, however many hosts it fails on. */

import { type Diagnostic, diagnose, inSourceOrder } from '../diagnostic/diagnostic.ts'
import { printPacket } from '../packet/print-packet.ts'
import { groupBy, listHosts } from './group-results.ts'
import type { CaseResult, Decider, Remark } from './test-result.ts'

export function diagnoseTests(results: readonly CaseResult[]): readonly Diagnostic[] {
  const failures = groupBy(
    results.filter(({ finding }) => finding.type === 'fails'),
    (result) => result.case,
  )
  const remarks = groupBy(
    results.flatMap(({ node, remarks }) => remarks.map((remark) => ({ node, ...remark }))),
    ({ message, span }) => `${span.source.path} ${span.start} ${message}`,
  )
  return inSourceOrder([...failures.flatMap(diagnoseFailure), ...remarks.flatMap(diagnoseRemark)])
}

function diagnoseFailure(same: readonly CaseResult[]): readonly Diagnostic[] {
  const [first] = same
  if (first?.finding.type !== 'fails') return []
  const { name, expect, span } = first.case
  const fate = expect === 'deny' ? 'allowed' : 'denied'
  const hosts = listHosts(same.map(({ node }) => node))
  const why = describeDecider(first.decider)
  const message = `"${name}" does not hold on ${hosts}: expected ${expect}, but this is ${fate}${why}: ${printPacket(first.finding.packet)}`
  const decides = first.decider?.span
  const notes = decides === undefined ? [] : [{ span: decides, message: 'this decides' }]
  return [diagnose('test-failed', { message, span, notes })]
}

/** ` by GlobalNetworkPolicy/web ingress[0]` */
function describeDecider(decider: Decider | undefined): string {
  return decider?.text === undefined ? ', because nothing judges it' : ` by ${decider.text}`
}

function diagnoseRemark(same: readonly (Remark & { readonly node: string })[]): readonly Diagnostic[] {
  const [first] = same
  if (first === undefined) return []
  const hosts = first.about === 'case' ? '' : ` (on ${listHosts(same.map(({ node }) => node))})`
  return [diagnose('vacuous-test', { message: `${first.message}${hosts}`, span: first.span })]
}
