/** Reads a Tier. */

import { defaultTierName, implicitDefaultTier, type Tier } from '../policy/tier.ts'
import type { TierDocument } from '../schema/tier.ts'
import { readMetadata } from './check-metadata.ts'
import type { Subject } from './subject.ts'

/** Tiers of Kubernetes' own policies, which there are none of here. */
const kubernetesTiers: ReadonlySet<string> = new Set(['kube-admin', 'kube-baseline'])

/** Whole only when nothing was reported. */
export function readTier(subject: Subject<TierDocument>): Tier {
  readMetadata(subject, 'Tier', 'none')
  const { metadata, spec } = subject.value
  if (kubernetesTiers.has(metadata.name)) {
    const message = `the tier "${metadata.name}" belongs to Kubernetes: choose another name`
    subject.report('built-in-tier', { at: ['metadata', 'name'], message })
  }
  if (metadata.name === defaultTierName) checkDefaultTier(subject)
  return {
    kind: 'Tier',
    name: metadata.name,
    span: subject.document.spanOf(['metadata', 'name'], 'value'),
    order: spec.order ?? Number.POSITIVE_INFINITY,
    defaultAction: spec.defaultAction ?? 'Deny',
  }
}

/** Its document may only say what holds without it. */
function checkDefaultTier(subject: Subject<TierDocument>): void {
  const { order, defaultAction = 'Deny' } = subject.value.spec
  const built = implicitDefaultTier
  if (subject.isSound(['spec', 'order']) && order !== built.order) {
    const given = order === undefined || order === null ? 'has no order' : `has order ${order}`
    const message = `the tier "${defaultTierName}" ${given}: it is built in with order ${built.order}`
    subject.report('built-in-tier', { at: ['spec', 'order'], message })
  }
  if (subject.isSound(['spec', 'defaultAction']) && defaultAction !== built.defaultAction) {
    const message = `the tier "${defaultTierName}" has the default action ${defaultAction}: it is built in with ${built.defaultAction}`
    subject.report('built-in-tier', { at: ['spec', 'defaultAction'], message })
  }
}
