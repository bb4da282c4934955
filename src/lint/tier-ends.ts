/** Where the end of a tier denies everything although nobody seems to have thought of that end (behaviour.md EV-11, EV-12). */

import type { NetworkPolicy, PolicyContent } from '../policy/network-policy.ts'
import type { Direction, PolicyRule } from '../policy/rule.ts'
import { type EndpointGroup, type Survey, stageOf } from './survey.ts'
import { isUnconditional } from './unconditional.ts'

/** The lists whose tiers end with a Deny (EV-5). */
type ClosingList = 'normal' | 'forward'

export interface ClosedEndpoint {
  readonly list: ClosingList
  readonly group: EndpointGroup
}

export class TierEnds {
  private readonly survey: Survey
  /** By keyOf(): endpoints for which the end was thought of. */
  private readonly considered = new Map<string, Set<EndpointGroup>>()
  private readonly passing: ReadonlySet<string>

  constructor(survey: Survey) {
    this.survey = survey
    const { tiers, policies } = survey.policySet
    this.passing = new Set(tiers.filter(({ defaultAction }) => defaultAction === 'Pass').map(({ name }) => name))
    for (const policy of policies) for (const key of considers(policy)) this.add(key, survey.selectedBy(policy))
  }

  /**
   * The first endpoints that the policy closes in the direction, without any policy of its tier that lets something pass there, or that
   * closes in so many words. Undefined when there are none.
   */
  closedBy(policy: NetworkPolicy, direction: Direction): ClosedEndpoint | undefined {
    if (!policy.types.has(direction) || this.passing.has(policy.tier)) return undefined
    for (const list of listsOf(policy)) {
      const considered = this.considered.get(keyOf(policy.tier, direction, list))
      const group = this.survey
        .selectedBy(policy)
        .find((selected) => (list === 'normal' || selected.type === 'host') && considered?.has(selected) !== true)
      if (group !== undefined) return { list, group }
    }
    return undefined
  }

  private add(key: string, groups: readonly EndpointGroup[]): void {
    const known = this.considered.get(key) ?? new Set()
    this.considered.set(key, known)
    for (const group of groups) known.add(group)
  }
}

/** As the end of a sentence: what is closed. */
export function describeClosed({ list, group }: ClosedEndpoint, direction: Direction): string {
  const name = group.members[0]?.name ?? ''
  return list === 'normal' ? `all ${direction} of "${name}"` : `all ${direction} of packets that "${name}" forwards`
}

function considers(policy: NetworkPolicy): readonly string[] {
  return (['ingress', 'egress'] as const).flatMap((direction) =>
    closesOnPurpose(policy) || policy[direction].some(decidesTheRest)
      ? listsOf(policy).map((list) => keyOf(policy.tier, direction, list))
      : [],
  )
}

/** The idiom of default deny: a policy with directions and no rule at all. */
function closesOnPurpose({ ingress, egress }: PolicyContent): boolean {
  return ingress.length === 0 && egress.length === 0
}

function decidesTheRest(rule: PolicyRule): boolean {
  return rule.action === 'Allow' || rule.action === 'Pass' || (rule.action === 'Deny' && isUnconditional(rule))
}

function listsOf(policy: NetworkPolicy): readonly ClosingList[] {
  if (stageOf(policy) !== 'normal') return []
  return policy.applyOnForward ? ['normal', 'forward'] : ['normal']
}

function keyOf(tier: string, direction: Direction, list: ClosingList): string {
  return JSON.stringify([tier, direction, list])
}
