/** Warns of rules that let workloads reach their own host, which host endpoints have no say in (behaviour.md EV-43, P13). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { PolicyContent } from '../policy/network-policy.ts'
import type { Selector } from '../selector/selector.ts'
import { isPolicy, rulesIn } from './placed-rules.ts'
import { type Survey, stageOf } from './survey.ts'

/** Where every workload that an ingress rule selects lives on the one host that the policy selects. */
export function findWorkloadsToHost(survey: Survey): readonly Diagnostic[] {
  if (survey.policySet.workloadEndpoints.length === 0) return []
  return rulesIn(survey.policySet).flatMap(({ owner, direction, rule }) => {
    const { selector } = rule.source
    if (direction !== 'ingress' || selector === undefined || !isPolicy(owner)) return []
    const host = owner.applyOnForward || stageOf(owner) !== 'normal' ? undefined : onlyHost(owner, survey)
    if (host === undefined || !livesOn(host, selector, survey)) return []
    const message = `the source of the rule is workloads of "${host}" alone, whose packets to their own host no host endpoint sees: their egress policies and defaultEndpointToHostAction decide, change those`
    return [diagnose('workload-to-host', { message, span: rule.span })]
  })
}

/** Undefined when the policy selects several, or workloads. */
function onlyHost(policy: PolicyContent, survey: Survey): string | undefined {
  const groups = survey.selectedBy(policy)
  if (groups.some(({ type }) => type === 'workload')) return undefined
  const nodes = new Set(groups.flatMap(({ members }) => members.map(({ node }) => node)))
  return nodes.size === 1 ? [...nodes][0] : undefined
}

function livesOn(host: string, selector: Selector, survey: Survey): boolean {
  const { groups, sets } = survey.peersOf(selector)
  if (groups.size === 0 || sets.length > 0) return false
  return [...groups].every(({ type, members }) => type === 'workload' && members.every(({ node }) => node === host))
}
