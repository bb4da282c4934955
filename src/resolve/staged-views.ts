/** The staged policies that concern a host, each with the lists that its endpoints would have. */

import { type Checked, type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { EndpointView, StagedView, WorkloadView } from '../policy/host-view.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import { placeInOrder } from '../policy/place-in-order.ts'
import { enforcedForm, isTarget, type StagedPolicy } from '../policy/staged-policy.ts'
import { matchesSelector } from '../selector/match-selector.ts'
import { keepFields, keepList } from './keep-same.ts'
import type { ListMaker, ListQuestion } from './list-maker.ts'
import type { Owner } from './local-owners.ts'
import { comparePolicies, type ListFrame } from './policy-lists.ts'

/** The kernel takes 1024 base chains in a hook (MAX_HOOK_COUNT), and a staged policy can have four in one. */
const mostStaged = 100

/** A view, and what it was made of. */
export interface Owned<View> {
  readonly view: View
  readonly owner: Owner
}

export interface StagedHost {
  readonly node: string
  readonly endpoints: readonly Owned<EndpointView>[]
  readonly workloads: readonly Owned<WorkloadView>[]
  readonly frame: ListFrame
}

export class StagedViews {
  private readonly host: StagedHost
  private readonly lists: ListMaker
  private readonly earlier: { readonly isSameHost: boolean; readonly made: StagedViews['made'] }
  private readonly made = new Map<StagedPolicy, StagedView>()

  constructor(
    host: StagedHost,
    { lists, staged: before }: { readonly lists: ListMaker; readonly staged: StagedViews | undefined },
  ) {
    const same = keepFields(before?.host, {
      ...host,
      endpoints: keepList(before?.host.endpoints, host.endpoints, isSameOwned),
      workloads: keepList(before?.host.workloads, host.workloads, isSameOwned),
    })
    this.host = same
    this.lists = lists
    this.earlier = { isSameHost: same === before?.host, made: before?.made ?? new Map() }
  }

  /** A warning when not all that concern the host can be tried out. Workloads with the same lists share them. */
  of(staged: readonly StagedPolicy[]): Checked<readonly StagedView[]> {
    const { endpoints, workloads, node } = this.host
    const owners = [...endpoints, ...workloads].map(({ owner }) => owner)
    const concerning = staged.filter((policy) => owners.some((owner) => isConcerned(owner, policy)))
    const value = concerning.slice(0, mostStaged).map((policy) => this.viewOf(policy))
    const left = concerning[mostStaged]
    return { value, diagnostics: left === undefined ? [] : [tooMany(concerning.length, left, node)] }
  }

  private viewOf(policy: StagedPolicy): StagedView {
    const before = this.earlier.made.get(policy)
    const view = this.earlier.isSameHost && before !== undefined ? before : keepView(before, this.makeView(policy))
    this.made.set(policy, view)
    return view
  }

  private makeView(policy: StagedPolicy): StagedView {
    const form = enforcedForm(policy)
    const tried = ({ labels, applying }: Owner): readonly NetworkPolicy[] => {
      const others = applying.filter((one) => !isTarget(one, policy))
      if (form === undefined || !selects(policy, labels)) return others
      return others.toSpliced(placeInOrder(form, others, { order: comparePolicies }), 0, form)
    }
    const concerned = <View>(owned: readonly Owned<View>[]) => owned.filter(({ owner }) => isConcerned(owner, policy))
    const question = <Lists>(owner: Owner, lists: Lists): ListQuestion<Lists> => {
      const { endpoint, applying } = owner
      return { applying: tried(owner), endpoint, before: { endpoint, applying, frame: this.host.frame, lists } }
    }
    return {
      policy,
      endpoints: concerned(this.host.endpoints).map(({ view, owner }) => ({
        ...view,
        lists: this.lists.hostEndpointLists(question(owner, view.lists)),
      })),
      workloads: concerned(this.host.workloads).map(({ view, owner }) => ({
        ...view,
        lists: this.lists.workloadLists(question(owner, view.lists)),
      })),
    }
  }
}

function isSameOwned(before: Owned<unknown> | undefined, now: Owned<unknown>): boolean {
  return before?.view === now.view && before?.owner === now.owner
}

function keepView(before: StagedView | undefined, now: StagedView): StagedView {
  const endpoints = now.endpoints.map((view, at) => keepFields(before?.endpoints[at], view))
  const workloads = now.workloads.map((view, at) => keepFields(before?.workloads[at], view))
  return keepFields(before, {
    ...now,
    endpoints: keepList(before?.endpoints, endpoints),
    workloads: keepList(before?.workloads, workloads),
  })
}

function isConcerned({ labels, applying }: Owner, staged: StagedPolicy): boolean {
  return selects(staged, labels) || applying.some((policy) => isTarget(policy, staged))
}

function selects(staged: StagedPolicy, labels: Owner['labels']): boolean {
  return staged.stagedAction === 'Set' && matchesSelector(staged.selector, labels)
}

function tooMany(count: number, first: StagedPolicy, node: string): Diagnostic {
  const message = `${count} staged policies concern ${node}: only ${mostStaged} are tried out, from "${first.name}" on none`
  return diagnose('too-many-staged-policies', { message, span: first.span })
}
