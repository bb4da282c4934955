/** The kernel's counters in the policy's words, for the metrics. */

import type {
  CounterSamples,
  DeniedCounterSample,
  PolicyCounterSample,
  StagedCounterSample,
} from '../adapters/policy-metrics.ts'
import type { Counted } from '../compile/compilation.ts'
import type { CounterValue } from '../reconcile/ports.ts'

/** Counters that the compilation does not know are somebody else's and left out. */
export function counterSamples(
  values: ReadonlyMap<string, CounterValue>,
  counted: ReadonlyMap<string, Counted>,
): CounterSamples {
  const policies: PolicyCounterSample[] = []
  const denied: DeniedCounterSample[] = []
  const staged: StagedCounterSample[] = []
  for (const [counter, { packets, bytes }] of values) {
    const what = counted.get(counter)
    if (what?.type === 'rule') {
      const { kind, namespace, name, direction, index, action } = what
      policies.push({ kind, namespace, name, direction, rule: index, action, packets, bytes })
    } else if (what?.type === 'endpoint' && what.reason === 'denied') {
      denied.push({ endpoint: what.endpoint, direction: what.direction, packets })
    } else if (what?.type === 'staged') {
      const { kind, namespace, name, direction, outcome } = what
      staged.push({ kind, namespace, name, direction, outcome, packets })
    } else if (what?.type === 'workload') {
      denied.push({ endpoint: `${what.namespace}/${what.name}`, direction: what.direction, packets })
    }
  }
  return { policies, denied, staged }
}
