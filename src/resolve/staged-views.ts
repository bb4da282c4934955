/** The lists of a host's endpoints as the policy has them, and as they would be with each staged policy in force. */

import { type Checked, type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { effectiveLabels } from '../policy/effective-labels.ts'
import type { EndpointView, HostView, StagedView, WorkloadView } from '../policy/host-view.ts'
import { type StagedPolicy, withStaged } from '../policy/staged-policy.ts'
import { hostEndpointLists, isConcerned, type ListInput, workloadLists } from './policy-lists.ts'

/** The kernel takes 1024 base chains in a hook (MAX_HOOK_COUNT), and a staged policy can have four in one. */
const mostStaged = 100

type Frame = Pick<ListInput, 'policies' | 'tiers' | 'profiles'>

export function endpointView(
  { endpoint, interfaces }: Pick<EndpointView, 'endpoint' | 'interfaces'>,
  frame: Frame,
): EndpointView {
  const labels = effectiveLabels(endpoint, frame.profiles)
  return { endpoint, interfaces, lists: hostEndpointLists({ endpoint, labels, ...frame }) }
}

export function workloadView(workload: WorkloadView['workload'], frame: Frame): WorkloadView {
  const labels = effectiveLabels(workload, frame.profiles)
  return { workload, lists: workloadLists({ endpoint: workload, labels, ...frame }) }
}

interface StagedHost extends Pick<HostView, 'node' | 'endpoints' | 'workloads'> {
  readonly frame: Frame
}

/** Of the staged policies that concern the host; a warning when not all of them can be tried out. */
export function stagedViews(policies: readonly StagedPolicy[], host: StagedHost): Checked<readonly StagedView[]> {
  const concerned = policies.flatMap((policy) => {
    const endpoints = host.endpoints.filter(({ endpoint }) => concerns(policy, endpoint, host.frame))
    const workloads = host.workloads.filter(({ workload }) => concerns(policy, workload, host.frame))
    return endpoints.length + workloads.length === 0 ? [] : [{ policy, endpoints, workloads }]
  })
  const value = concerned.slice(0, mostStaged).map(({ policy, endpoints, workloads }): StagedView => {
    const frame = { ...host.frame, policies: withStaged(host.frame.policies, policy) }
    return {
      policy,
      endpoints: endpoints.map((view) => endpointView(view, frame)),
      workloads: workloads.map(({ workload }) => workloadView(workload, frame)),
    }
  })
  const left = concerned[mostStaged]?.policy
  return { value, diagnostics: left === undefined ? [] : [tooMany(concerned.length, left, host.node)] }
}

function concerns(policy: StagedPolicy, endpoint: Parameters<typeof effectiveLabels>[0], frame: Frame): boolean {
  return isConcerned({ endpoint, labels: effectiveLabels(endpoint, frame.profiles), ...frame }, policy)
}

function tooMany(count: number, first: StagedPolicy, node: string): Diagnostic {
  const message = `${count} staged policies concern ${node}: only ${mostStaged} are tried out, from "${first.name}" on none`
  return diagnose('too-many-staged-policies', { message, span: first.span })
}
