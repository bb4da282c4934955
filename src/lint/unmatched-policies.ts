/** Warns of policies that apply to no endpoint. */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { PolicyContent } from '../policy/network-policy.ts'
import { printSelector } from '../selector/print-selector.ts'
import { type Survey, stageOf } from './survey.ts'
import { findMisspelling, vocabularyOf } from './vocabulary.ts'

/** Nothing is said of a repository that has no endpoints: they are elsewhere. */
export function findUnmatchedPolicies(survey: Survey): readonly Diagnostic[] {
  if (survey.groups.length === 0) return []
  const vocabulary = vocabularyOf(survey.groups.map(({ labels }) => labels))
  const { policies, stagedPolicies } = survey.policySet
  return [...policies, ...stagedPolicies.filter(({ stagedAction }) => stagedAction === 'Set')].flatMap((policy) => {
    if (survey.selectedBy(policy).length > 0) return []
    const hint = findMisspelling(policy.selector, vocabulary)
    const right = hint ?? 'give the labels to an endpoint, or remove the policy'
    const message = `the policy "${policy.name}" applies to no endpoint: ${whomOf(survey, policy)} matches ${printSelector(policy.selector)}; ${right}`
    return [diagnose('unmatched-policy', { message, span: policy.span })]
  })
}

function whomOf(survey: Survey, policy: PolicyContent): string {
  const stage = stageOf(policy)
  const missesWorkloads = stage !== 'normal' && survey.peersOf(policy.selector).groups.size > 0
  return missesWorkloads ? `${stage} policies do not reach workloads, and no host endpoint` : 'none'
}
