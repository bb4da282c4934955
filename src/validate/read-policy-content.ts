/** Reads what enforced and staged policies have in common. */

import { isNamespacedKind } from '../policy/kinds.ts'
import { inNamespace } from '../policy/namespace-scope.ts'
import type { PolicyContent } from '../policy/network-policy.ts'
import { defaultTierName } from '../policy/tier.ts'
import type { PolicyDocument } from '../schema/policy-spec.ts'
import type { Selector } from '../selector/selector.ts'
import { readMetadata, readNamespace } from './check-metadata.ts'
import { checkPolicyStage } from './check-policy-stage.ts'
import { whyNoName } from './names.ts'
import { readOwnerExpiry } from './read-expiry.ts'
import { readNamespaceSelector } from './read-namespace-selector.ts'
import { readPolicySelector } from './read-policy-selector.ts'
import { readPolicyTypes } from './read-policy-types.ts'
import { readRules } from './read-rules.ts'
import { scopePolicy } from './scope-selectors.ts'
import type { Subject } from './subject.ts'

/** Whole only when nothing was reported. */
export function readPolicyContent(subject: Subject<PolicyDocument>, kind: string): Omit<PolicyContent, 'kind'> {
  readMetadata(subject, kind, 'none')
  const { metadata, spec } = subject.value
  const namespace = readNamespace(subject, kind)
  const scope = isNamespacedKind(kind) ? inNamespace(namespace ?? '') : readScope(subject)
  if (!isNamespacedKind(kind)) checkPolicyStage(subject)
  const expiry = readOwnerExpiry(subject)
  return {
    name: metadata.name,
    span: subject.document.spanOf(['metadata', 'name'], 'value'),
    namespace,
    tier: readTierName(subject),
    order: spec.order ?? Number.POSITIVE_INFINITY,
    selector: scopePolicy(readAppliedTo(subject), scope),
    types: readPolicyTypes(subject),
    ingress: readRules(subject, { at: ['spec', 'ingress'], rules: spec.ingress, namespace, expiry }),
    egress: readRules(subject, { at: ['spec', 'egress'], rules: spec.egress, namespace, expiry }),
    applyOnForward: spec.applyOnForward ?? false,
    preDNAT: spec.preDNAT ?? false,
    doNotTrack: spec.doNotTrack ?? false,
    annotations: subject.isSound(['metadata', 'annotations'])
      ? new Map(Object.entries(metadata.annotations ?? {}))
      : new Map(),
  }
}

function readScope(subject: Subject<PolicyDocument>): Selector | undefined {
  const at = ['spec', 'namespaceSelector']
  const { namespaceSelector = '' } = subject.value.spec
  return namespaceSelector !== '' && subject.isSound(at)
    ? readNamespaceSelector(subject, at, namespaceSelector)
    : undefined
}

function readAppliedTo(subject: Subject<PolicyDocument>): Selector | undefined {
  const at = ['spec', 'selector']
  const { selector = '' } = subject.value.spec
  return selector !== '' && subject.isSound(at) ? readPolicySelector(subject, at, selector) : undefined
}

/** Whether there is such a tier is asked elsewhere. */
function readTierName(subject: Subject<PolicyDocument>): string {
  const at = ['spec', 'tier']
  const { tier = '' } = subject.value.spec
  if (tier === '' || !subject.isSound(at)) return defaultTierName
  const why = whyNoName(tier)
  if (why !== undefined) subject.report('invalid-name', { at, message: `the tier name "${tier}" is not valid: ${why}` })
  return tier
}
