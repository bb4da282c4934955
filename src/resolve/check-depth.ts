/** The kernel follows chains 16 deep, so only so many tiers and profiles with a Pass can stand in a list whose Allow has to return. */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { Span } from '../diagnostic/source.ts'
import type { DirectedLists, HostView, PolicyList } from '../policy/host-view.ts'
import type { Direction } from '../policy/rule.ts'

/** Of the 16 levels a workload's list begins at the fifth; the forward lists of host endpoints have more. */
const mostPasses = 11

/** One error for each list that is too deep. Local lists have no limit. */
export function checkDepth(view: Pick<HostView, 'endpoints' | 'workloads'>): readonly Diagnostic[] {
  return [
    ...view.endpoints.flatMap(({ endpoint, lists }) =>
      checkLists(lists.forward, { what: `host endpoint "${endpoint.name}" (forwarded traffic)`, span: endpoint.span }),
    ),
    ...view.workloads.flatMap(({ workload, lists }) =>
      checkLists(lists, { what: `workload endpoint "${workload.name}"`, span: workload.span }),
    ),
  ]
}

function checkLists(
  lists: DirectedLists,
  owner: { readonly what: string; readonly span: Span },
): readonly Diagnostic[] {
  return (['ingress', 'egress'] as const).flatMap((direction) => {
    const passes = countPasses(lists[direction], direction)
    if (passes <= mostPasses) return []
    const message = `${owner.what} has ${passes} tiers and profiles with a Pass for ${direction}: the kernel takes ${mostPasses}`
    return [diagnose('too-many-tiers', { message, span: owner.span })]
  })
}

function countPasses(list: PolicyList, direction: Direction): number {
  const stations = [...list.tiers.map((tier) => tier.policies), ...list.profiles.map((profile) => [profile])]
  return stations.filter((resources) =>
    resources.some((resource) => resource[direction].some((rule) => rule.action === 'Pass')),
  ).length
}
