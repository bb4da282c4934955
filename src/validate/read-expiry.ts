/** Reads when a policy, a profile or a rule expires. */

import type { Path } from '../document/located-document.ts'
import { expiryAnnotation } from '../policy/annotations.ts'
import type { Expiry } from '../policy/expiry.ts'
import type { MetadataDocument } from '../schema/metadata.ts'
import type { PolicyDocument } from '../schema/policy-spec.ts'
import type { RuleDocument } from '../schema/rule.ts'
import { readMoment } from './read-moment.ts'
import type { Subject } from './subject.ts'

/** Nanoseconds since 1970 must fit into 63 bits, as the kernel counts them (ktime_t). */
const latestMs = Date.UTC(2262, 0, 1)

type Annotations = Readonly<Record<string, string>> | undefined

interface OwnerDocument {
  readonly metadata: MetadataDocument
  readonly spec: Pick<PolicyDocument['spec'], 'ingress' | 'egress'>
}

/** Of a policy or profile. */
export function readOwnerExpiry(subject: Subject<OwnerDocument>): Expiry | undefined {
  const at = ['metadata', 'annotations']
  const { metadata, spec } = subject.value
  if (!hasExpiry(subject, at, metadata.annotations)) return undefined
  const lists = ['ingress', 'egress'] as const
  const isKnown = lists.every((list) => subject.isSound(['spec', list]))
  if (isKnown && !lists.some((list) => spec[list]?.some(({ action }) => action === 'Allow'))) {
    refuseExpiry(subject, at, 'ends the Allow rules, and here is none: remove it')
    return undefined
  }
  return readExpiry(subject, at, metadata.annotations)
}

/** @param at of the rule */
export function readRuleExpiry(subject: Subject<unknown>, at: Path, rule: RuleDocument): Expiry | undefined {
  const place = [...at, 'metadata', 'annotations']
  if (!hasExpiry(subject, place, rule.metadata?.annotations)) return undefined
  if (rule.action === 'Allow') return readExpiry(subject, place, rule.metadata?.annotations)
  const why = `is for Allow rules: the end of a ${rule.action} could open what is closed now`
  if (subject.isSound([...at, 'action'])) refuseExpiry(subject, place, why)
  return undefined
}

/** What can not expire says so, for it would go on against somebody's expectation. @param at of the annotations */
export function refuseExpiry(subject: Subject<unknown>, at: Path, why: string): void {
  subject.report('expiry-misplaced', {
    at: [...at, expiryAnnotation],
    mark: 'key',
    message: `${expiryAnnotation} ${why}`,
  })
}

export function hasExpiry(subject: Subject<unknown>, at: Path, annotations: Annotations): boolean {
  return subject.isSound(at) && annotations !== undefined && Object.hasOwn(annotations, expiryAnnotation)
}

function readExpiry(subject: Subject<unknown>, at: Path, annotations: Annotations): Expiry | undefined {
  const text = annotations?.[expiryAnnotation] ?? ''
  const place = [...at, expiryAnnotation]
  const moment = readMoment(text)
  const why = typeof moment === 'string' ? moment : whyNoExpiry(moment)
  if (why !== undefined || typeof moment === 'string') {
    subject.report('expiry-syntax', {
      at: place,
      message: `"${text}" is no time at which something can expire: ${why}`,
    })
    return undefined
  }
  // the kernel compares whole seconds, and what is to end does not end late
  const atMs = Math.floor(moment.getTime() / 1000) * 1000
  return { at: new Date(atMs), span: subject.document.spanOf(place, 'value') }
}

function whyNoExpiry(moment: Date): string | undefined {
  if (moment.getTime() < 0) return 'it lies before 1970: remove what has expired'
  return moment.getTime() > latestMs ? 'it lies beyond the year 2261: leave the annotation out' : undefined
}
