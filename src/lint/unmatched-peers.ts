/** Warns of rules whose selector stands for nobody, which match no packet (behaviour.md RM-10). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { printSelector } from '../selector/print-selector.ts'
import { rulesIn } from './placed-rules.ts'
import type { Survey } from './survey.ts'
import { findMisspelling, vocabularyOf } from './vocabulary.ts'

/** An endpoint or set without addresses is somebody: a blocklist may be empty today. */
export function findUnmatchedPeers(survey: Survey): readonly Diagnostic[] {
  const { networkSets } = survey.policySet
  if (survey.groups.length === 0 && networkSets.length === 0) return []
  const vocabulary = vocabularyOf([...survey.groups, ...networkSets].map(({ labels }) => labels))
  return rulesIn(survey.policySet).flatMap(({ rule }) =>
    (['source', 'destination'] as const).flatMap((side) => {
      const { selector } = rule[side]
      if (selector === undefined) return []
      const { groups, sets } = survey.peersOf(selector)
      if (groups.size + sets.length > 0) return []
      const right =
        findMisspelling(selector, vocabulary) ?? 'give the labels to an endpoint or network set, or remove the rule'
      const message = `the ${side} of the rule stands for nobody, so it matches no packet: no endpoint or network set matches ${printSelector(selector)}; ${right}`
      return [diagnose('unmatched-peer', { message, span: rule.span })]
    }),
  )
}
