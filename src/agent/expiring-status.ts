/** What of the enforced table ends by itself next, for the status. */

import type { ExpiringStatus } from '../reconcile/agent-status.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import { timeLimits } from '../ruleset/time-limits.ts'

/** Null when nothing does. Rules that are only tried out have no name. */
export function expiringOf(ruleset: Ruleset | undefined): ExpiringStatus | null {
  const limits = ruleset === undefined ? [] : timeLimits(ruleset)
  const [next] = limits
  if (next === undefined) return null
  const names = limits.filter(({ atMs }) => atMs === next.atMs).flatMap(({ rule }) => rule.comment ?? [])
  return { at: new Date(next.atMs).toISOString(), rules: [...new Set(names)] }
}
