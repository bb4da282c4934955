/** Checks the flags that say at which stage a global policy is asked (behaviour.md GNP-1 to GNP-4). */

import type { PolicyDocument } from '../schema/policy-spec.ts'
import type { Subject } from './subject.ts'

export function checkPolicyStage(subject: Subject<PolicyDocument>): void {
  const { doNotTrack, preDNAT, applyOnForward, egress, types } = subject.value.spec
  const report = (field: string, message: string) =>
    subject.report('policy-stage', { at: ['spec', field], mark: 'key', message })
  const isEarly = doNotTrack === true || preDNAT === true
  if (doNotTrack === true && preDNAT === true)
    report('doNotTrack', 'doNotTrack and preDNAT exclude each other: write one policy for each stage')
  if (isEarly && applyOnForward !== true && subject.isSound(['spec', 'applyOnForward'])) {
    const field = preDNAT === true ? 'preDNAT' : 'doNotTrack'
    report(field, `${field} concerns forwarded packets too: set applyOnForward: true beside it`)
  }
  if (preDNAT !== true) return
  if (Array.isArray(egress) && egress.length > 0)
    report('egress', 'a policy with preDNAT has no egress rules: packets that leave were rewritten before, remove them')
  if (Array.isArray(types) && types.includes('Egress'))
    report('types', 'a policy with preDNAT concerns Ingress only: remove Egress from types')
}
