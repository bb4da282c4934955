/** An endpoint's own labels, then those of its profiles (behaviour.md SEL-11). */

import type { HostEndpoint } from './host-endpoint.ts'
import type { Profile } from './profile.ts'
import type { Labels } from './resource.ts'
import type { WorkloadEndpoint } from './workload-endpoint.ts'

/** The endpoint's own label wins, then the first profile in its list that has the label. Missing profiles contribute nothing. */
export function effectiveLabels(
  endpoint: HostEndpoint | WorkloadEndpoint,
  profiles: ReadonlyMap<string, Profile>,
): Labels {
  let labels: Map<string, string> | undefined
  for (const name of endpoint.profiles) {
    for (const [key, value] of profiles.get(name)?.labelsToApply ?? []) {
      // most endpoints inherit nothing, and there may be many
      labels ??= new Map(endpoint.labels)
      if (!labels.has(key)) labels.set(key, value)
    }
  }
  return labels ?? endpoint.labels
}
