/** Two revisions -> who gains and who loses access, over all hosts. */

import type { AccessDifference } from '../access/access-difference.ts'
import { RevisionComparison } from '../access/compare-revisions.ts'
import { describeDifference } from '../access/describe-difference.ts'
import { policyAt } from '../policy/expiry.ts'
import type { HostView } from '../policy/host-view.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { deriveFacts, nodesOf } from '../resolve/derive-facts.ts'
import { resolveHost } from '../resolve/resolve-host.ts'
import type { HostStep } from './host-step.ts'

export interface AccessQuestion {
  readonly base: PolicySet
  readonly head: PolicySet
  /** Of what expires. */
  readonly moment: Date
  /** One host; undefined: all of both revisions. */
  readonly host: string | undefined
}

/** Who gains and who loses access; hosts are as their endpoints describe them. Yields a host before it is compared. */
export function* compareAccess({ host, moment, ...revisions }: AccessQuestion): Generator<HostStep, AccessDifference> {
  const base = policyAt(revisions.base, moment)
  const head = policyAt(revisions.head, moment)
  const all = [...new Set([...nodesOf(base), ...nodesOf(head)])].sort()
  const nodes = host === undefined ? all : all.filter((node) => node === host)
  const comparison = new RevisionComparison()
  const viewOf = (policySet: PolicySet, node: string): HostView =>
    resolveHost({ policySet, facts: deriveFacts(policySet, node), failsafes: 'minimal', controlPorts: [] }).value
  for (const [index, node] of nodes.entries()) {
    yield { node, index, of: nodes.length }
    comparison.add(viewOf(base, node), viewOf(head, node))
  }
  return describeDifference(comparison, { base, head, hosts: nodes.length })
}
