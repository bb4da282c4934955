/** Random edits of a policy set: what nobody touched stays the same objects, as it does between two commits. */

import type { Cidr } from '../../src/net/cidr.ts'
import { anybody } from '../../src/policy/expiry.ts'
import type { NetworkPolicy } from '../../src/policy/network-policy.ts'
import type { PolicySet } from '../../src/policy/policy-set.ts'
import type { PolicyRule } from '../../src/policy/rule.ts'
import type { Dice } from './dice.ts'

type Edit = (dice: Dice, set: PolicySet) => PolicySet

/** One edit of a random kind; it may change nothing. */
export function editPolicySet(dice: Dice, set: PolicySet): PolicySet {
  return dice.pick(edits)(dice, set)
}

const edits: readonly Edit[] = [
  (dice, set) => ({ ...set, policies: without(dice, set.policies) }),
  (dice, set) => ({ ...set, policies: withOne(dice, set.policies, (policy) => withRules(dice, policy)) }),
  (dice, set) => ({ ...set, policies: withOne(dice, set.policies, (policy) => grown(dice, policy)) }),
  (dice, set) => ({ ...set, policies: withOne(dice, set.policies, (one) => ({ ...one, order: dice.below(100) })) }),
  (dice, set) => ({ ...set, policies: set.policies.map((policy) => (dice.chance(0.3) ? { ...policy } : policy)) }),
  (dice, set) => ({ ...set, stagedPolicies: without(dice, set.stagedPolicies) }),
  (dice, set) => ({ ...set, networkSets: without(dice, set.networkSets) }),
  (dice, set) => ({
    ...set,
    networkSets: withOne(dice, set.networkSets, (one) => ({ ...one, nets: changedNets(dice, one.nets) })),
  }),
  (dice, set) => ({ ...set, hostEndpoints: without(dice, set.hostEndpoints) }),
  (dice, set) => ({ ...set, workloadEndpoints: without(dice, set.workloadEndpoints) }),
  (dice, set) => ({ ...set, profiles: withOne(dice, set.profiles, (one) => ({ ...one, ingress: [...one.egress] })) }),
  (dice, set) => ({
    ...set,
    tiers: withOne(dice, set.tiers, (tier) => ({ ...tier, defaultAction: dice.pick(['Deny', 'Pass']) })),
  }),
]

function without<T>(dice: Dice, list: readonly T[]): readonly T[] {
  const gone = dice.below(list.length)
  return list.filter((_, at) => at !== gone)
}

function withOne<T>(dice: Dice, list: readonly T[], change: (one: T) => T): readonly T[] {
  const chosen = dice.below(list.length)
  return list.map((one, at) => (at === chosen ? change(one) : one))
}

function withRules(dice: Dice, policy: NetworkPolicy): NetworkPolicy {
  const rules = dice.chance(0.5) ? policy.ingress.slice(1) : [...policy.ingress].reverse()
  const action = dice.pick(['Allow', 'Deny', 'Pass'] as const)
  return { ...policy, ingress: dice.chance(0.5) ? rules : rules.map((rule) => ({ ...rule, action })) }
}

/** With many rules of a form that is merged, so that they are joined with those of the policies beside it. */
function grown(dice: Dice, policy: NetworkPolicy): NetworkPolicy {
  const [some] = [...policy.ingress, ...policy.egress]
  if (some === undefined) return policy
  const exact = Array.from({ length: dice.below(30) }, (_, at) => exactRule(some, dice.below(40), 1000 + at))
  return { ...policy, ingress: [...policy.ingress, ...exact], egress: dice.chance(0.5) ? exact : policy.egress }
}

function exactRule(some: PolicyRule, host: number, port: number): PolicyRule {
  const nets: readonly Cidr[] = [{ family: 4, base: 0x0a000000n + BigInt(host), prefix: 32 }]
  const none = { notProtocol: undefined, icmp: undefined, notIcmp: undefined, expires: undefined }
  return {
    ...some,
    ...none,
    ipVersion: undefined,
    action: 'Allow',
    protocol: 6,
    source: { ...anybody, nets },
    destination: { ...anybody, ports: [{ from: port, to: port }] },
  }
}

function changedNets(dice: Dice, nets: readonly Cidr[]): readonly Cidr[] {
  const more: Cidr = { family: 4, base: 0xac100000n + BigInt(dice.below(16) * 256), prefix: dice.pick([24, 28, 32]) }
  return dice.chance(0.5) ? nets.slice(1) : [...nets, more]
}
