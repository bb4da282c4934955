/** A revision and a host's facts -> what of the revision concerns the host. */

import type { Checked } from '../diagnostic/diagnostic.ts'
import type { FailsafePreset } from '../host/agent-configuration.ts'
import type { HostFacts } from '../host/host-facts.ts'
import type { DirectedLists, EndpointView, HostView, WorkloadView } from '../policy/host-view.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { WorkloadEndpoint } from '../policy/workload-endpoint.ts'
import { rulesChange } from './asked-change.ts'
import { type AskedPeers, answersTo, askedAfter, askedBy, rulesInLists } from './asked-peers.ts'
import { type Assignment, assignInterfaces } from './endpoint-interfaces.ts'
import { excludedInterfaces, hostSettings } from './host-settings.ts'
import { keepEqual, keepFields, keepList } from './keep-same.ts'
import { ListMaker, type ListQuestion } from './list-maker.ts'
import { LocalOwners, type Owner } from './local-owners.ts'
import { localWorkloads } from './local-workloads.ts'
import { type RevisionIndex, revisionIndexOf } from './revision-index.ts'
import { type Owned, StagedViews } from './staged-views.ts'
import { findUnfilteredIpv6 } from './unfiltered-ipv6.ts'

export interface ResolveInput {
  readonly policySet: PolicySet
  readonly facts: HostFacts
  readonly failsafes: FailsafePreset
  /** TCP ports that the agent itself needs to reach its repository; part of the minimal failsafes. */
  readonly controlPorts: readonly number[]
}

/**
 * Warnings for endpoints that govern nothing, IPv6 that nobody filters, staged policies that are too many. The same input in any order gives the same view.
 *
 * @param before of this host, whatever the revision: what says the same is the same object, and found in no time
 */
export function resolveHost(input: ResolveInput, before?: HostView): Checked<HostView> {
  const { policySet, facts } = input
  const last = before && workings.get(before)
  const bench = workbenchFor(policySet, last)
  const settings = keepEqual(before?.settings, hostSettings(input))
  const own = ownEndpoints(input, bench.index, before)
  const prefixes = settings.interfacePrefixes
  const assigned = assignInterfaces({
    endpoints: own.hostEndpoints,
    facts,
    prefixes,
    excluded: excludedInterfaces(input),
  })
  const local = localWorkloads(own, facts.node, prefixes)
  const endpoints = endpointViews(assigned.value.governing, bench, last)
  const workloads = workloadViews(local.value, bench, last)
  const tried = new StagedViews({ node: facts.node, endpoints, workloads, frame: bench.index.frame }, bench)
  const staged = tried.of(policySet.stagedPolicies)
  const concerned = {
    endpoints: keepList(before?.endpoints, viewsOf(endpoints)),
    workloads: keepList(before?.workloads, viewsOf(workloads)),
    staged: keepList(before?.staged, staged.value),
  }
  const asked = askedIn(concerned, before)
  const { peers } = bench.index
  const view = keepFields(before, {
    node: facts.node,
    ...concerned,
    idleEndpoints: keepList(before?.idleEndpoints, assigned.value.idle),
    peers: answersTo(asked.selectors, (selector, text) => peers.peersOf(selector, text), before?.peers),
    namedPorts: answersTo(asked.ports, (query, key) => peers.portsOf(query, key), before?.namedPorts),
    settings,
  })
  workings.set(view, { ...bench, own, endpoints, workloads, staged: tried, asked })
  return {
    value: view,
    diagnostics: [...assigned.diagnostics, ...local.diagnostics, ...staged.diagnostics, ...findUnfilteredIpv6(input)],
  }
}

/** What a view is made with. */
interface Workbench {
  readonly index: RevisionIndex
  readonly owners: LocalOwners
  readonly lists: ListMaker
  /** Of the view before. */
  readonly staged: StagedViews | undefined
}

type OwnEndpoints = Pick<PolicySet, 'hostEndpoints' | 'workloadEndpoints'>

interface Working extends Workbench {
  readonly own: OwnEndpoints
  readonly endpoints: readonly Owned<EndpointView>[]
  readonly workloads: readonly Owned<WorkloadView>[]
  readonly asked: AskedPeers
}

/** Of each view what the next one can start from. */
const workings = new WeakMap<HostView, Working>()

function workbenchFor(policySet: PolicySet, last: Working | undefined): Workbench {
  const index = revisionIndexOf(policySet, last?.index)
  return {
    index,
    owners: new LocalOwners(index, last?.owners),
    lists: new ListMaker(index.frame, last?.lists),
    staged: last?.staged,
  }
}

/** Of the host, whether or not they govern anything. */
function ownEndpoints(
  { policySet, facts }: ResolveInput,
  { peers }: RevisionIndex,
  before: HostView | undefined,
): OwnEndpoints {
  const last = before && workings.get(before)
  if (last !== undefined && before?.node === facts.node && peers.hasKept(facts.node, last.index.peers)) return last.own
  return {
    hostEndpoints: policySet.hostEndpoints.filter(({ node }) => node === facts.node),
    workloadEndpoints: policySet.workloadEndpoints.filter(({ node }) => node === facts.node),
  }
}

function endpointViews(
  governing: Assignment['governing'],
  { owners, lists }: Workbench,
  before: Working | undefined,
): readonly Owned<EndpointView>[] {
  const known = new Map(before?.endpoints.map((owned) => [owned.view.endpoint.name, owned]))
  return governing.map(({ endpoint, interfaces }) => {
    const last = known.get(endpoint.name)
    const owner = owners.of(endpoint, last?.owner)
    const view = keepFields(last?.view, {
      endpoint,
      interfaces: keepEqual(last?.view.interfaces, interfaces),
      lists: lists.hostEndpointLists(questionAbout(owner, last, before)),
    })
    return { view, owner }
  })
}

function workloadViews(
  local: readonly WorkloadEndpoint[],
  { owners, lists }: Workbench,
  before: Working | undefined,
): readonly Owned<WorkloadView>[] {
  const known = new Map(before?.workloads.map((owned) => [owned.view.workload.interfaceName, owned]))
  return local.map((workload) => {
    const last = known.get(workload.interfaceName)
    const owner = owners.of(workload, last?.owner)
    const made = lists.workloadLists(questionAbout(owner, last, before))
    return { view: keepFields(last?.view, { workload, lists: made }), owner }
  })
}

function questionAbout<Lists>(
  { endpoint, applying }: Owner,
  last: Owned<{ readonly lists: Lists }> | undefined,
  before: Working | undefined,
): ListQuestion<Lists> {
  const lists = last?.view.lists
  const isKnown = last !== undefined && before !== undefined && lists !== undefined
  return {
    endpoint,
    applying,
    before: isKnown ? { ...last.owner, frame: before.index.frame, lists } : undefined,
  }
}

function viewsOf<View>(owned: readonly Owned<View>[]): readonly View[] {
  return owned.map(({ view }) => view)
}

type Concerned = Pick<HostView, 'endpoints' | 'workloads' | 'staged'>

function askedIn(concerned: Concerned, before: HostView | undefined): AskedPeers {
  const { endpoints, workloads, staged } = concerned
  const last = before && workings.get(before)
  if (before?.staged === staged && last !== undefined) {
    const change = rulesChange([...before.endpoints, ...before.workloads], [...endpoints, ...workloads])
    const asked = change && askedAfter(last.asked, change)
    if (asked !== undefined) return asked
  }
  const lists = [
    ...endpoints.flatMap((view) => Object.values<DirectedLists>({ ...view.lists })),
    ...workloads.map((view) => view.lists),
  ]
  const rules = rulesInLists(lists)
  return askedBy([...rules, ...staged.flatMap(({ policy }) => [policy.ingress, policy.egress])])
}
