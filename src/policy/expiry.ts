/** When what a policy opens ends: read from annotations, and carried out on a revision for one moment. */

import type { Span } from '../diagnostic/source.ts'
import type { PolicySet } from './policy-set.ts'
import type { Direction, EntityRule, PolicyRule } from './rule.ts'

export interface Expiry {
  /** Whole seconds: the first moment at which it is over. */
  readonly at: Date
  /** Of the annotation's value. */
  readonly span: Span
}

export function isOver({ at }: Expiry, moment: Date): boolean {
  return at <= moment
}

/** The one that comes first. */
export function earlierOf(a: Expiry | undefined, b: Expiry | undefined): Expiry | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a.at <= b.at ? a : b
}

/**
 * The revision as it is at that moment: an Allow that is over stays in its place and matches nothing. Its policy goes on
 * selecting, so that no endpoint is opened by the end of what was opened; whatever else it says goes on, too.
 */
export function policyAt(policySet: PolicySet, moment: Date): PolicySet {
  return {
    ...policySet,
    policies: policySet.policies.map((policy) => rulesAt(policy, moment)),
    stagedPolicies: policySet.stagedPolicies.map((policy) => rulesAt(policy, moment)),
    profiles: policySet.profiles.map((profile) => rulesAt(profile, moment)),
  }
}

/** The same object while nothing of it is over. */
function rulesAt<Owner extends Readonly<Record<Direction, readonly PolicyRule[]>>>(owner: Owner, moment: Date): Owner {
  const isPast = ({ expires }: PolicyRule): boolean => expires !== undefined && isOver(expires, moment)
  if (![...owner.ingress, ...owner.egress].some(isPast)) return owner
  const at = (rule: PolicyRule): PolicyRule => (isPast(rule) ? withoutEffect(rule) : rule)
  return { ...owner, ingress: owner.ingress.map(at), egress: owner.egress.map(at) }
}

function withoutEffect(rule: PolicyRule): PolicyRule {
  return { ...rule, source: nobody, destination: anybody }
}

/** Asks for nothing. */
export const anybody: EntityRule = {
  nets: undefined,
  notNets: undefined,
  selector: undefined,
  notSelector: undefined,
  ports: undefined,
  namedPorts: undefined,
  notPorts: undefined,
  notNamedPorts: undefined,
}

const nobody: EntityRule = { ...anybody, nets: [] }
