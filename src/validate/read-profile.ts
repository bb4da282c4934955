/** Reads a Profile. */

import { defaultAllowProfile, type Profile } from '../policy/profile.ts'
import type { ProfileDocument } from '../schema/profile.ts'
import { readLabels } from './check-labels.ts'
import { readMetadata } from './check-metadata.ts'
import { readOwnerExpiry } from './read-expiry.ts'
import { readRules } from './read-rules.ts'
import type { Subject } from './subject.ts'

/** Whole only when nothing was reported. */
export function readProfile(subject: Subject<ProfileDocument>): Profile {
  readMetadata(subject, 'Profile', 'none')
  const { metadata, spec } = subject.value
  if (metadata.name === defaultAllowProfile) {
    const message = `the profile "${defaultAllowProfile}" is built in: use it without defining it, or choose another name`
    subject.report('built-in-profile', { at: ['metadata', 'name'], message })
  }
  const expiry = readOwnerExpiry(subject)
  const at = ['spec', 'labelsToApply']
  const isMapping = typeof spec.labelsToApply === 'object' && spec.labelsToApply !== null
  return {
    kind: 'Profile',
    name: metadata.name,
    span: subject.document.spanOf(['metadata', 'name'], 'value'),
    labelsToApply: readLabels(subject, {
      at,
      labels: isMapping ? spec.labelsToApply : undefined,
      reservation: 'inherited',
    }),
    ingress: readRules(subject, { at: ['spec', 'ingress'], rules: spec.ingress, namespace: undefined, expiry }),
    egress: readRules(subject, { at: ['spec', 'egress'], rules: spec.egress, namespace: undefined, expiry }),
  }
}
