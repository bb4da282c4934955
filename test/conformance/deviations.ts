/** Facts that we answer otherwise on purpose, and which deviation of the policy model says so. */

const missingName = 'no DV: the name of a port that no endpoint has is an error; its probes hold all the same'
const deadDirection = 'DV-21: rules in a direction outside types are refused'

const idsByReason: ReadonlyMap<string, readonly string[]> = new Map([
  [deadDirection, ['scn-0102', 'scn-0102: 0']],
  [missingName, ['scn-0285', 'scn-0292', 'scn-0295']],
])

/** By id of a fact. */
export const deviations: ReadonlyMap<string, string> = new Map(
  [...idsByReason].flatMap(([reason, ids]) => ids.map((id) => [id, reason] as const)),
)
