/** Two revisions -> who gains and who loses access, over all hosts. */

import type { AccessDifference } from '../access/access-difference.ts'
import { RevisionComparison } from '../access/compare-revisions.ts'
import { describeDifference } from '../access/describe-difference.ts'
import { policyAt } from '../policy/expiry.ts'
import type { HostView } from '../policy/host-view.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { deriveFacts, nodesOf } from '../resolve/derive-facts.ts'
import { resolveHost } from '../resolve/resolve-host.ts'

export interface AccessQuestion {
  readonly base: PolicySet
  readonly head: PolicySet
  /** Of what expires. */
  readonly moment: Date
  /** One host; undefined: all of both revisions. */
  readonly host: string | undefined
  /** Told before each host: how many are done. */
  readonly onHost: (done: number, all: number) => void
}

/** Who gains and who loses access; hosts are as their endpoints describe them. */
export function compareAccess({ host, onHost, moment, ...revisions }: AccessQuestion): AccessDifference {
  const base = policyAt(revisions.base, moment)
  const head = policyAt(revisions.head, moment)
  const all = [...new Set([...nodesOf(base), ...nodesOf(head)])].sort()
  const nodes = host === undefined ? all : all.filter((node) => node === host)
  const comparison = new RevisionComparison()
  const viewOf = (policySet: PolicySet, node: string): HostView =>
    resolveHost({ policySet, facts: deriveFacts(policySet, node), failsafes: 'minimal', controlPorts: [] }).value
  for (const [done, node] of nodes.entries()) {
    onHost(done, nodes.length)
    comparison.add(viewOf(base, node), viewOf(head, node))
  }
  return describeDifference(comparison, { base, head, hosts: nodes.length })
}
