/** What two runs of one revision tell about addresses that moved. */

import type { HostFacts } from '../host/host-facts.ts'
import type { Memory } from '../reconcile/memory.ts'
import { type ReleasedInterface, releasedInterfaces } from '../resolve/released-interfaces.ts'

/** Nothing where another revision may have moved an endpoint on purpose. */
export function releasedBetween(
  before: Memory,
  now: Memory,
  facts: HostFacts | undefined,
): readonly ReleasedInterface[] {
  const isSame = before.policy !== undefined && before.policy.revision.commit === now.policy?.revision.commit
  if (!isSame || facts === undefined || before.compilation === undefined || now.compilation === undefined) return []
  return releasedInterfaces(before.compilation.view, now.compilation.view, facts)
}
