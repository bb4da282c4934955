/** Warns of policies whose order is left to their names although it matters (behaviour.md EV-2). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import { compareNames } from '../policy/resource.ts'
import type { Direction, PolicyRule } from '../policy/rule.ts'
import { directions } from './placed-rules.ts'
import { canOverlap } from './rules-overlap.ts'
import { type Survey, stageOf } from './survey.ts'

/** One warning for two policies of a tier with equal orders that apply to one endpoint and decide differently about a packet. */
export function findEqualOrders(survey: Survey): readonly Diagnostic[] {
  return groupsOf(survey.policySet.policies).flatMap((group) =>
    group.flatMap((first, at) => {
      const selected = new Set(survey.selectedBy(first))
      return group.slice(at + 1).flatMap((second) => {
        const common = survey.selectedBy(second).find((endpoints) => selected.has(endpoints))
        const direction = common && directions.find((one) => decideDifferently(first, second, one))
        return common === undefined || direction === undefined
          ? []
          : [warning({ first, second, direction, endpoint: common.members[0]?.name ?? '' })]
      })
    }),
  )
}

interface Clash {
  /** In the order in which their names put them. */
  readonly first: NetworkPolicy
  readonly second: NetworkPolicy
  readonly direction: Direction
  readonly endpoint: string
}

function warning({ first, second, direction, endpoint }: Clash): Diagnostic {
  const order = Number.isFinite(first.order) ? `the order ${first.order}` : 'no order'
  const message = `the policies "${first.name}" and "${second.name}" both have ${order}, apply to "${endpoint}" and decide differently about ${direction}: "${first.name}" goes first by its name alone, give them orders`
  return diagnose('equal-order', {
    message,
    span: second.span,
    notes: [{ span: first.span, message: 'the policy that goes first' }],
  })
}

/** Those that only their names order, in that order. Policies of different stages are never asked about one another's packets. */
function groupsOf(policies: readonly NetworkPolicy[]): readonly (readonly NetworkPolicy[])[] {
  const groups = new Map<string, NetworkPolicy[]>()
  for (const policy of [...policies].sort(byName)) {
    const key = JSON.stringify([policy.tier, String(policy.order), stageOf(policy)])
    const group = groups.get(key) ?? []
    groups.set(key, group)
    group.push(policy)
  }
  return [...groups.values()]
}

function byName(a: NetworkPolicy, b: NetworkPolicy): number {
  return compareNames(a.name, b.name) || compareNames(a.namespace ?? '', b.namespace ?? '')
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
