/** What a revision defines, list by list as in its policy set. */

import type { PolicyKind } from '../policy/kinds.ts'
import type { Definition, Unusable } from './definition.ts'
import { type Change, changeList, type DefinitionList, emptyList } from './definition-list.ts'
import type { PolicyResource } from './read-resource.ts'

type ListOf<Kind extends PolicyKind> = DefinitionList<Extract<PolicyResource, { kind: Kind }>>

export interface PolicyLists {
  readonly hostEndpoints: ListOf<'HostEndpoint'>
  readonly workloadEndpoints: ListOf<'WorkloadEndpoint'>
  /** As written: the default tier is there when it has a document. */
  readonly tiers: ListOf<'Tier'>
  readonly policies: ListOf<'GlobalNetworkPolicy' | 'NetworkPolicy'>
  readonly stagedPolicies: ListOf<'StagedGlobalNetworkPolicy' | 'StagedNetworkPolicy'>
  /** With their own labels. */
  readonly networkSets: ListOf<'GlobalNetworkSet' | 'NetworkSet'>
  readonly profiles: ListOf<'Profile'>
  readonly configurations: ListOf<'FelixConfiguration'>
  readonly tests: ListOf<'PolicyTest'>
}

export const emptyLists: PolicyLists = {
  hostEndpoints: emptyList,
  workloadEndpoints: emptyList,
  tiers: emptyList,
  policies: emptyList,
  stagedPolicies: emptyList,
  networkSets: emptyList,
  profiles: emptyList,
  configurations: emptyList,
  tests: emptyList,
}

/** Each list is the same object when nothing in it is removed or added. */
export function changeLists(lists: PolicyLists, { removed, added }: Change<Definition>): PolicyLists {
  const change = <Kind extends PolicyKind>(list: ListOf<Kind>, ...kinds: readonly Kind[]): ListOf<Kind> =>
    changeList(list, { removed: removed.filter(isOf(kinds)), added: added.filter(isOf(kinds)) })
  return {
    hostEndpoints: change(lists.hostEndpoints, 'HostEndpoint'),
    workloadEndpoints: change(lists.workloadEndpoints, 'WorkloadEndpoint'),
    tiers: change(lists.tiers, 'Tier'),
    policies: change(lists.policies, 'GlobalNetworkPolicy', 'NetworkPolicy'),
    stagedPolicies: change(lists.stagedPolicies, 'StagedGlobalNetworkPolicy', 'StagedNetworkPolicy'),
    networkSets: change(lists.networkSets, 'GlobalNetworkSet', 'NetworkSet'),
    profiles: change(lists.profiles, 'Profile'),
    configurations: change(lists.configurations, 'FelixConfiguration'),
    tests: change(lists.tests, 'PolicyTest'),
  }
}

function isOf<Kind extends PolicyKind>(kinds: readonly Kind[]) {
  return (definition: Definition): definition is Extract<PolicyResource, { kind: Kind }> | Unusable =>
    kinds.some((kind) => kind === definition.kind)
}
