/** When what a policy opens ends: read from annotations, and carried out on a revision for one moment. */

import type { Span } from '../diagnostic/source.ts'
import { keepRecord, newcomers } from './keep-list.ts'
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
 * selecting, so that no endpoint is opened by the end of what was opened; whatever else it says goes on, too.
 * What nothing ended in since it was asked for last is the same object, the revision itself where nothing is over.
 */
export function policyAt(policySet: PolicySet, moment: Date): PolicySet {
  const policies = endingPolicies.at(policySet.policies, moment)
  const stagedPolicies = endingStaged.at(policySet.stagedPolicies, moment)
  const profiles = endingProfiles.at(policySet.profiles, moment)
  const then = keepRecord({ ...policySet, policies, stagedPolicies, profiles }, policySet, latest.get(policySet))
  latest.set(policySet, then)
  return then
}

/** What policyAt() gave last. */
const latest = new WeakMap<PolicySet, PolicySet>()

type RuleOwner = Readonly<Record<Direction, readonly PolicyRule[]>>

/** As it was at some moment. */
interface Ending<Owner> {
  readonly expiries: readonly Expiry[]
  /** How many of them were over. */
  readonly past: number
  readonly owner: Owner
}

class Endings<Owner extends RuleOwner> {
  private readonly owners = new WeakMap<Owner, Ending<Owner>>()
  private readonly lists = new WeakMap<readonly Owner[], readonly Owner[]>()

  /** The last list of which none ever ends, as is usual. */
  private endless: readonly Owner[] = []

  at(owners: readonly Owner[], moment: Date): readonly Owner[] {
    if (newcomers(owners, this.endless).every((owner) => this.expiriesOf(owner).length === 0)) {
      this.endless = owners
      return owners
    }
    const now = owners.map((owner) => this.ownerAt(owner, moment))
    const known = [owners, this.lists.get(owners)].find((list) => list?.every((owner, index) => owner === now[index]))
    if (known === undefined) this.lists.set(owners, now)
    return known ?? now
  }

  private ownerAt(owner: Owner, moment: Date): Owner {
    const known = this.owners.get(owner)
    const expiries = this.expiriesOf(owner)
    // most owners have none
    const past = expiries.length === 0 ? 0 : expiries.filter((one) => isOver(one, moment)).length
    if (known?.past === past) return known.owner
    const then = past === 0 ? owner : rulesAt(owner, moment)
    this.owners.set(owner, { expiries, past, owner: then })
    return then
  }

  private expiriesOf(owner: Owner): readonly Expiry[] {
    const known = this.owners.get(owner)
    return (
      known?.expiries ?? [owner.ingress, owner.egress].flatMap((rules) => rules.flatMap(({ expires }) => expires ?? []))
    )
  }
}

const endingPolicies = new Endings<NetworkPolicy>()
const endingStaged = new Endings<StagedPolicy>()
const endingProfiles = new Endings<Profile>()

function rulesAt<Owner extends RuleOwner>(owner: Owner, moment: Date): Owner {
  const at = (rule: PolicyRule): PolicyRule =>
    rule.expires !== undefined && isOver(rule.expires, moment) ? withoutEffect(rule) : rule
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
