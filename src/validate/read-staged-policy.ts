/** Reads a StagedGlobalNetworkPolicy or StagedNetworkPolicy. */

import type { StagedPolicy } from '../policy/staged-policy.ts'
import type { PolicyDocument } from '../schema/policy-spec.ts'
import { readPolicyContent } from './read-policy-content.ts'
import type { Subject } from './subject.ts'

/** Whole only when nothing was reported; undefined when it stages nothing. */
export function readStagedPolicy(
  subject: Subject<PolicyDocument>,
  kind: StagedPolicy['kind'],
): StagedPolicy | undefined {
  const content = readPolicyContent(subject, kind)
  const at = ['spec', 'stagedAction']
  const stagedAction = subject.isSound(at) ? (subject.value.spec.stagedAction ?? 'Set') : 'Set'
  if (stagedAction === 'Learn' || stagedAction === 'Ignore') {
    const message = `stagedAction ${stagedAction} has no effect here: Set tries the policy out, Delete its absence`
    subject.report('ignored-field', { at, message })
    return undefined
  }
  if (stagedAction === 'Delete') checkDelete(subject)
  return { ...content, kind, stagedAction }
}

/** The first field that says something beside the tier; empty ones say nothing. */
function checkDelete(subject: Subject<PolicyDocument>): void {
  const { stagedAction: _, tier: __, ...others } = subject.value.spec
  const field = Object.entries(others).find(([, value]) => !isZero(value))?.[0]
  if (field === undefined) return
  const message = `a staged Delete has the field "${field}": it names the policy of the same name and nothing but its tier`
  subject.report('invalid-value', { at: ['spec', field], mark: 'key', message })
}

function isZero(value: unknown): boolean {
  return (
    value === null || value === false || value === 0 || value === '' || (Array.isArray(value) && value.length === 0)
  )
}
