/** Warns of policies without an owner in a repository where most have one. */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { ownerAnnotation } from '../policy/annotations.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { Survey } from './survey.ts'

/** Silent as long as fewer than half of the policies say whose they are: annotating begins somewhere. */
export function findUnownedPolicies({ policySet: { policies } }: Survey): readonly Diagnostic[] {
  const unowned = policies.filter((policy) => !isOwned(policy))
  if (unowned.length * 2 > policies.length) return []
  return unowned.map(({ name, span }) => {
    const message = `the policy "${name}" has no owner, while most others have: add the annotation ${ownerAnnotation}, to it or to each of its rules`
    return diagnose('unowned-policy', { message, span })
  })
}

function isOwned({ annotations, ingress, egress }: NetworkPolicy): boolean {
  const rules = [...ingress, ...egress]
  const isNamed = (notes: ReadonlyMap<string, string>) => (notes.get(ownerAnnotation) ?? '').trim() !== ''
  return isNamed(annotations) || (rules.length > 0 && rules.every((rule) => isNamed(rule.annotations)))
}
