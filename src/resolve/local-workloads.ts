/** The workloads whose interfaces are on this host (behaviour.md 1.3, 4.6). */

import { type Checked, type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { compareNames } from '../policy/resource.ts'
import type { WorkloadEndpoint } from '../policy/workload-endpoint.ts'

/** One for each interface, in order of the interfaces; of several the smallest namespace and name wins. */
export function localWorkloads(
  { workloadEndpoints }: Pick<PolicySet, 'workloadEndpoints'>,
  node: string,
  prefixes: readonly string[],
): Checked<readonly WorkloadEndpoint[]> {
  const own = workloadEndpoints
    .filter((workload) => workload.node === node)
    .sort((a, b) => compareNames(a.namespace, b.namespace) || compareNames(a.name, b.name))
  const winners = new Map<string, WorkloadEndpoint>()
  const diagnostics: Diagnostic[] = []
  for (const workload of own) {
    const winner = winners.get(workload.interfaceName)
    if (!prefixes.some((prefix) => workload.interfaceName.startsWith(prefix)))
      diagnostics.push(outside(workload, prefixes))
    else if (winner === undefined) winners.set(workload.interfaceName, workload)
    else diagnostics.push(shadowed(workload, winner))
  }
  const value = [...winners.values()].sort((a, b) => compareNames(a.interfaceName, b.interfaceName))
  return { value, diagnostics }
}

function shadowed(loser: WorkloadEndpoint, winner: WorkloadEndpoint): Diagnostic {
  return diagnose('shadowed-endpoint', {
    message: `workload endpoint "${loser.name}" does not get interface "${loser.interfaceName}" of ${loser.node}: "${winner.name}" has it`,
    span: loser.span,
    notes: [{ span: winner.span, message: 'this one has it' }],
  })
}

function outside(workload: WorkloadEndpoint, prefixes: readonly string[]): Diagnostic {
  const known = prefixes.length === 0 ? 'none are configured' : prefixes.map((prefix) => `"${prefix}"`).join(', ')
  return diagnose('workload-interface', {
    message: `workload endpoint "${workload.name}" is not policed: "${workload.interfaceName}" starts with no workload prefix (${known})`,
    span: workload.span,
  })
}
