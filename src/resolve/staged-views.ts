/** The staged policies that concern a host, each with the lists that its endpoints would have. */

import { type Checked, type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { effectiveLabels } from '../policy/effective-labels.ts'
import type { EndpointView, HostView, StagedView, WorkloadView } from '../policy/host-view.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { Profile } from '../policy/profile.ts'
import type { Labels } from '../policy/resource.ts'
import { enforcedForm, isTarget, type StagedPolicy } from '../policy/staged-policy.ts'
import type { Tier } from '../policy/tier.ts'
import { matchesSelector } from '../selector/match-selector.ts'
import { ListCache } from './list-cache.ts'
import { applyingPolicies, hostEndpointListsOf, inOrder } from './policy-lists.ts'

/** The kernel takes 1024 base chains in a hook (MAX_HOOK_COUNT), and a staged policy can have four in one. */
const mostStaged = 100

export interface StagedHost extends Pick<HostView, 'node' | 'endpoints' | 'workloads'> {
  readonly policies: readonly NetworkPolicy[]
  readonly tiers: readonly Tier[]
  readonly profiles: ReadonlyMap<string, Profile>
}

/** A warning when not all that concern the host can be tried out. Workloads with the same lists share them. */
export function stagedViews(staged: readonly StagedPolicy[], host: StagedHost): Checked<readonly StagedView[]> {
  if (staged.length === 0) return { value: [], diagnostics: [] }
  const endpoints = host.endpoints.map((view) => ownerOf(view, view.endpoint, host))
  const workloads = host.workloads.map((view) => ownerOf(view, view.workload, host))
  const concerning = staged.filter((policy) => [...endpoints, ...workloads].some((owner) => isConcerned(owner, policy)))
  const value = concerning.slice(0, mostStaged).map((policy) => viewOf(policy, { endpoints, workloads, host }))
  const left = concerning[mostStaged]
  return { value, diagnostics: left === undefined ? [] : [tooMany(concerning.length, left, host.node)] }
}

/** Whose lists they are, and by what. */
interface Owner<View> {
  readonly view: View
  readonly endpoint: EndpointView['endpoint'] | WorkloadView['workload']
  readonly labels: Labels
  /** In evaluation order. */
  readonly applying: readonly NetworkPolicy[]
}

function ownerOf<View>(view: View, endpoint: Owner<View>['endpoint'], host: StagedHost): Owner<View> {
  const labels = effectiveLabels(endpoint, host.profiles)
  return { view, endpoint, labels, applying: applyingPolicies({ policies: host.policies, labels }) }
}

function isConcerned({ labels, applying }: Owner<unknown>, staged: StagedPolicy): boolean {
  return selects(staged, labels) || applying.some((policy) => isTarget(policy, staged))
}

function selects(staged: StagedPolicy, labels: Labels): boolean {
  return staged.stagedAction === 'Set' && matchesSelector(staged.selector, labels)
}

function viewOf(
  policy: StagedPolicy,
  owners: {
    readonly endpoints: readonly Owner<EndpointView>[]
    readonly workloads: readonly Owner<WorkloadView>[]
    readonly host: StagedHost
  },
): StagedView {
  const { host } = owners
  const form = enforcedForm(policy)
  const cache = new ListCache(host)
  const tried = ({ labels, applying }: Owner<unknown>): readonly NetworkPolicy[] => {
    const others = applying.filter((one) => !isTarget(one, policy))
    return form !== undefined && selects(policy, labels) ? inOrder([...others, form]) : others
  }
  return {
    policy,
    endpoints: owners.endpoints
      .filter((owner) => isConcerned(owner, policy))
      .map((owner) => ({ ...owner.view, lists: hostEndpointListsOf(tried(owner), { ...host, ...owner }) })),
    workloads: owners.workloads
      .filter((owner) => isConcerned(owner, policy))
      .map((owner) => ({ ...owner.view, lists: cache.workloadLists(tried(owner), owner.endpoint) })),
  }
}

function tooMany(count: number, first: StagedPolicy, node: string): Diagnostic {
  const message = `${count} staged policies concern ${node}: only ${mostStaged} are tried out, from "${first.name}" on none`
  return diagnose('too-many-staged-policies', { message, span: first.span })
}
