/** Warns of rules about packets between others in policies that do not apply to forwarded packets (behaviour.md 4.5, F3 and F4). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { PolicyContent } from '../policy/network-policy.ts'
import type { PolicyRule } from '../policy/rule.ts'
import { isPolicy, type PlacedRule, rulesIn } from './placed-rules.ts'
import { type EndpointGroup, type Survey, stageOf } from './survey.ts'

/**
 * The host's own side of an ingress rule is its destination, of an egress rule its source. Where that side selects endpoints, and none of
 * them is one of the hosts that the policy selects, only forwarded packets could match.
 */
export function findUnseenForwards(survey: Survey): readonly Diagnostic[] {
  const nodes = new Map<PolicyContent, ReadonlySet<string> | undefined>()
  return rulesIn(survey.policySet).flatMap((placed) => {
    const { owner, rule } = placed
    if (!isPolicy(owner) || owner.applyOnForward || stageOf(owner) !== 'normal') return []
    const others = ownSidesNodes(placed, survey)
    if (others === undefined) return []
    if (!nodes.has(owner)) nodes.set(owner, hostsOf(survey.selectedBy(owner)))
    const own = nodes.get(owner)
    const isLocal = own === undefined || own.size === 0 || others.some((node) => own.has(node))
    return isLocal ? [] : [warn(rule, placed)]
  })
}

/** Undefined when it may be an address of any host: no selector, or one that network sets or workloads of any host match. */
function ownSidesNodes({ rule, direction }: PlacedRule, survey: Survey): readonly string[] | undefined {
  const { selector } = direction === 'ingress' ? rule.destination : rule.source
  if (selector === undefined) return undefined
  const { groups, sets } = survey.peersOf(selector)
  if (groups.size === 0 || sets.length > 0) return undefined
  return [...groups].flatMap((group) => (group.type === 'host' ? group.members.map(({ node }) => node) : []))
}

/** Undefined when the policy selects workloads too, whose packets are all forwarded. */
function hostsOf(groups: readonly EndpointGroup[]): ReadonlySet<string> | undefined {
  if (groups.some(({ type }) => type === 'workload')) return undefined
  return new Set(groups.flatMap(({ members }) => members.map(({ node }) => node)))
}

function warn({ span }: PolicyRule, { owner, direction }: PlacedRule): Diagnostic {
  const side = direction === 'ingress' ? 'destination' : 'source'
  const message = `the ${side} of the ${direction} rule is never a host that the policy "${owner.name}" selects, so only forwarded packets could match, and those it does not see: set applyOnForward: true, or correct the ${side}`
  return diagnose('unseen-forward', { message, span })
}
