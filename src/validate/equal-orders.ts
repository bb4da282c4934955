/** Warns of policies whose order is left to their names although it matters (behaviour.md EV-2). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { effectiveLabels } from '../policy/effective-labels.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { compareNames } from '../policy/resource.ts'
import type { Direction, PolicyRule } from '../policy/rule.ts'
import { matchesSelector } from '../selector/match-selector.ts'
import { canOverlap } from './rules-overlap.ts'

/** One warning for two policies of a tier with equal orders that apply to one endpoint and decide differently about a packet. */
export function findEqualOrders(policySet: PolicySet): readonly Diagnostic[] {
  const pairs = clashesOf(policySet.policies)
  if (pairs.length === 0) return []
  const endpoints = endpointsOf(policySet)
  return pairs.flatMap(({ first, second, direction }) => {
    const common = endpoints.find(
      ({ isHost, labels }) =>
        (isHost || listOf(first) === 'normal') &&
        matchesSelector(first.selector, labels) &&
        matchesSelector(second.selector, labels),
    )
    return common === undefined ? [] : [warning({ first, second, direction, endpoint: common.name })]
  })
}

interface Clash {
  /** In the order in which their names put them. */
  readonly first: NetworkPolicy
  readonly second: NetworkPolicy
  readonly direction: Direction
}

function warning({ first, second, direction, endpoint }: Clash & { readonly endpoint: string }): Diagnostic {
  const order = Number.isFinite(first.order) ? `the order ${first.order}` : 'no order'
  const message = `the policies "${first.name}" and "${second.name}" both have ${order}, apply to "${endpoint}" and decide differently about ${direction}: "${first.name}" goes first by its name alone, give them orders`
  return diagnose('equal-order', {
    message,
    span: second.span,
    notes: [{ span: first.span, message: 'the policy that goes first' }],
  })
}

/** Pairs whose rules meet; the first direction in which they do. */
function clashesOf(policies: readonly NetworkPolicy[]): readonly Clash[] {
  const groups = new Map<string, NetworkPolicy[]>()
  for (const policy of [...policies].sort(byName)) {
    const key = JSON.stringify([policy.tier, String(policy.order), listOf(policy)])
    const group = groups.get(key) ?? []
    groups.set(key, group)
    group.push(policy)
  }
  return [...groups.values()].flatMap((group) =>
    group.flatMap((first, at) =>
      group.slice(at + 1).flatMap((second): readonly Clash[] => {
        const direction = directions.find((one) => decideDifferently(first, second, one))
        return direction === undefined ? [] : [{ first, second, direction }]
      }),
    ),
  )
}

const directions: readonly Direction[] = ['ingress', 'egress']

function byName(a: NetworkPolicy, b: NetworkPolicy): number {
  return compareNames(a.name, b.name) || compareNames(a.namespace ?? '', b.namespace ?? '')
}

/** Policies of different lists are never asked about one another's packets. */
function listOf({ doNotTrack, preDNAT }: NetworkPolicy): 'untracked' | 'pre-DNAT' | 'normal' {
  return doNotTrack ? 'untracked' : preDNAT ? 'pre-DNAT' : 'normal'
}

function decideDifferently(a: NetworkPolicy, b: NetworkPolicy, direction: Direction): boolean {
  if (!a.types.has(direction) || !b.types.has(direction)) return false
  return a[direction].some((one) =>
    b[direction].some(
      (other) => decides(one) && decides(other) && one.action !== other.action && canOverlap(one, other),
    ),
  )
}

function decides({ action }: PolicyRule): boolean {
  return action !== 'Log'
}

function endpointsOf({ hostEndpoints, workloadEndpoints, profiles: list }: PolicySet) {
  const profiles = new Map(list.map((profile) => [profile.name, profile]))
  const labelled =
    (isHost: 'host' | 'workload') => (endpoint: (typeof hostEndpoints | typeof workloadEndpoints)[number]) => ({
      isHost: isHost === 'host',
      name: endpoint.name,
      labels: effectiveLabels(endpoint, profiles),
    })
  return [...hostEndpoints.map(labelled('host')), ...workloadEndpoints.map(labelled('workload'))]
}
