/** Warns of labels and values that nobody has and that are one slip away from those that somebody has. */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { Span } from '../diagnostic/source.ts'
import type { Selector } from '../selector/selector.ts'
import { rulesIn } from './placed-rules.ts'
import type { Survey } from './survey.ts'
import { findMisspelling, type Vocabulary, vocabularyOf } from './vocabulary.ts'

/** Where a selector matches nothing at all, the lints of that say it. */
export function findMisspeltLabels(survey: Survey): readonly Diagnostic[] {
  const { policies, stagedPolicies, networkSets } = survey.policySet
  const ofEndpoints = vocabularyOf(survey.groups.map(({ labels }) => labels))
  const ofPeers = vocabularyOf([...survey.groups, ...networkSets].map(({ labels }) => labels))
  const applied = [...policies, ...stagedPolicies].flatMap((policy) =>
    survey.selectedBy(policy).length === 0 ? [] : judge(policy.selector, policy.span, ofEndpoints),
  )
  const inRules = rulesIn(survey.policySet).flatMap(({ rule: { source, destination, span } }) => [
    ...[source, destination].flatMap(({ selector }) => {
      if (selector === undefined) return []
      const { groups, sets } = survey.peersOf(selector)
      return groups.size + sets.length === 0 ? [] : judge(selector, span, ofPeers)
    }),
    ...[source, destination].flatMap(({ notSelector }) =>
      notSelector === undefined ? [] : judge(notSelector, span, ofPeers),
    ),
  ])
  return [...applied, ...inRules]
}

function judge(selector: Selector, span: Span, vocabulary: Vocabulary): readonly Diagnostic[] {
  const misspelling = findMisspelling(selector, vocabulary)
  return misspelling === undefined ? [] : [diagnose('misspelt-label', { message: misspelling, span })]
}
