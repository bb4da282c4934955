/** When what a policy opens ends: read from annotations, and carried out on a revision for one moment. */

import type { Span } from '../diagnostic/source.ts'
import { keepList, keepRecord } from './keep-list.ts'
import type { NetworkPolicy } from './network-policy.ts'
import type { PolicySet } from './policy-set.ts'
import type { Profile } from './profile.ts'
import type { Direction, EntityRule, PolicyRule } from './rule.ts'
import type { StagedPolicy } from './staged-policy.ts'

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
 * selecting, so that no endpoint is opened by the end of what was opened; whatever else it says goes on, too. What has not
 * changed since the last moment that was asked for is the same object.
 */
export function policyAt(policySet: PolicySet, moment: Date): PolicySet {
  const last = latest.get(policySet)
  const then = {
    ...policySet,
    policies: keepList(policySet.policies.map(endedAt(moment, policies)), policySet.policies, last?.policies),
    stagedPolicies: keepList(
      policySet.stagedPolicies.map(endedAt(moment, stagedPolicies)),
      policySet.stagedPolicies,
      last?.stagedPolicies,
    ),
    profiles: keepList(policySet.profiles.map(endedAt(moment, profiles)), policySet.profiles, last?.profiles),
  }
  const kept = keepRecord(then, policySet, last)
  latest.set(policySet, kept)
  return kept
}

/** What policyAt() gave last. */
const latest = new WeakMap<PolicySet, PolicySet>()

type RuleOwner = Readonly<Record<Direction, readonly PolicyRule[]>>

/** By owner: how many of its rules were over when it was last looked at, and what it was then. The number says which they are. */
type Ended<Owner extends RuleOwner> = WeakMap<Owner, { readonly count: number; readonly owner: Owner }>

const policies: Ended<NetworkPolicy> = new WeakMap()
const stagedPolicies: Ended<StagedPolicy> = new WeakMap()
const profiles: Ended<Profile> = new WeakMap()

/** The same object while nothing of it is over. */
function endedAt<Owner extends RuleOwner>(moment: Date, ended: Ended<Owner>): (owner: Owner) => Owner {
  const isPast = ({ expires }: PolicyRule): boolean => expires !== undefined && isOver(expires, moment)
  const at = (rule: PolicyRule): PolicyRule => (isPast(rule) ? withoutEffect(rule) : rule)
  return (owner) => {
    const count = owner.ingress.filter(isPast).length + owner.egress.filter(isPast).length
    if (count === 0) return owner
    const last = ended.get(owner)
    if (last?.count === count) return last.owner
    const then = { ...owner, ingress: owner.ingress.map(at), egress: owner.egress.map(at) }
    ended.set(owner, { count, owner: then })
    return then
  }
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
