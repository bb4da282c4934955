/** The lists of endpoints, of which many have the same policies and profiles: those share one object, from view to view. */

import type { DirectedLists, EndpointLists, PolicyList, TierPolicies } from '../policy/host-view.ts'
import { isSameList } from '../policy/keep-list.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import { objectNumber } from '../policy/object-number.ts'
import { keepFields, keepList } from './keep-same.ts'
import { type Patch, patchedDirected, patchedLists } from './patch-lists.ts'
import { policiesNumber } from './policies-number.ts'
import { policyChange } from './policy-change.ts'
import { hostEndpointListsOf, isSameProfile, type ListFrame, type ListInput, workloadListsOf } from './policy-lists.ts'

/** What was made of which policies, by keyOf(). */
type Made<Lists> = Map<string, { readonly applying: readonly NetworkPolicy[]; readonly lists: Lists }>

interface MadeLists {
  readonly hosts: Made<EndpointLists>
  readonly workloads: Made<DirectedLists>
}

export interface ListQuestion<Lists> {
  /** In evaluation order. */
  readonly applying: readonly NetworkPolicy[]
  readonly endpoint: ListInput['endpoint']
  /** Of the endpoint, as far as known: what of them is still the same is taken from there. */
  readonly before: ListsBefore<Lists> | undefined
}

export interface ListsBefore<Lists> extends Omit<ListQuestion<Lists>, 'before'> {
  readonly frame: ListFrame
  readonly lists: Lists
}

export class ListMaker {
  private readonly frame: ListFrame
  private readonly earlier: MadeLists | undefined
  private readonly made: MadeLists = { hosts: new Map(), workloads: new Map() }

  constructor(frame: ListFrame, before?: ListMaker) {
    this.frame = frame
    this.earlier = before?.made
  }

  hostEndpointLists(question: ListQuestion<EndpointLists>): EndpointLists {
    const places = [this.made.hosts, this.earlier?.hosts] as const
    return this.shared(question, places, { from: hostEndpointListsOf, patched: patchedLists, kept: keepLists })
  }

  workloadLists(question: ListQuestion<DirectedLists>): DirectedLists {
    const places = [this.made.workloads, this.earlier?.workloads] as const
    return this.shared(question, places, { from: workloadListsOf, patched: patchedDirected, kept: keepDirected })
  }

  private shared<Lists>(
    question: ListQuestion<Lists>,
    places: readonly [Made<Lists>, Made<Lists> | undefined],
    making: Making<Lists>,
  ): Lists {
    const { applying, before } = question
    const key = this.keyOf(question)
    const known = places.map((made) => made?.get(key)).find((one) => one && isSameList(one.applying, applying))
    const lists = known?.lists ?? making.kept(before?.lists, this.make(question, making))
    places[0].set(key, { applying, lists })
    return lists
  }

  private make<Lists>({ applying, endpoint, before }: ListQuestion<Lists>, { from, patched }: Making<Lists>): Lists {
    const input = { ...this.frame, endpoint }
    const isAlike =
      before?.frame === this.frame && keepList(before.endpoint.profiles, endpoint.profiles) === before.endpoint.profiles
    const change = isAlike ? policyChange(before.applying, applying) : undefined
    if (!isAlike || change === undefined) return from(applying, input)
    const tiers = this.frame.tiers.map(({ name }) => name)
    return patched({ before: before.lists, gone: change.gone, come: from(change.come, input), tiers })
  }

  /** Equal for lists that are made of the same objects; nearly always another for others. */
  private keyOf({ applying, endpoint }: Pick<ListQuestion<unknown>, 'applying' | 'endpoint'>): string {
    const { tiers, profiles } = this.frame
    const own = endpoint.profiles.map((name) => {
      const profile = profiles.get(name)
      return profile === undefined ? name : numberOf(profile)
    })
    return [tiers.map(numberOf).join(' '), policiesNumber(applying), own.join(' ')].join('/')
  }
}

interface Making<Lists> {
  readonly from: (applying: readonly NetworkPolicy[], input: ListInput) => Lists
  readonly patched: (patch: Patch<Lists>) => Lists
  /** The same objects as before where nothing is another. */
  readonly kept: (before: Lists | undefined, now: Lists) => Lists
}

/** No profile has such a name. */
function numberOf(resource: object): string {
  return `#${objectNumber(resource)}`
}

function keepLists(before: EndpointLists | undefined, now: EndpointLists): EndpointLists {
  return keepFields(before, {
    untracked: keepDirected(before?.untracked, now.untracked),
    preDnat: keepDirected(before?.preDnat, now.preDnat),
    normal: keepDirected(before?.normal, now.normal),
    forward: keepDirected(before?.forward, now.forward),
  })
}

function keepDirected(before: DirectedLists | undefined, now: DirectedLists): DirectedLists {
  const ingress = keepPolicyList(before?.ingress, now.ingress)
  return keepFields(before, { ingress, egress: keepPolicyList(before?.egress, now.egress) })
}

function keepPolicyList(before: PolicyList | undefined, now: PolicyList): PolicyList {
  const tiersBefore = new Map(before?.tiers.map((tier) => [tier.name, tier]))
  const tiers = now.tiers.map((tier) => keepTier(tiersBefore.get(tier.name), tier))
  return keepFields(before, {
    tiers: keepList(before?.tiers, tiers),
    profiles: keepList(before?.profiles, now.profiles, isSameProfile),
  })
}

function keepTier(before: TierPolicies | undefined, now: TierPolicies): TierPolicies {
  return keepFields(before, { ...now, policies: keepList(before?.policies, now.policies) })
}
