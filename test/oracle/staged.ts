/** Which staged policies would have treated a packet otherwise (behaviour.md 1.10). */

import type { Packet } from '../../src/packet/packet.ts'
import type { HostView, PolicyList, StagedView } from '../../src/policy/host-view.ts'
import { judge } from '../oracle.ts'
import { evaluateNormal, evaluateTiers } from './evaluate-list.ts'
import type { Meeting, Place } from './witness.ts'

/** `StagedGlobalNetworkPolicy/web ingress denied`, each once: a list that the packet comes to would come to a stricter outcome, or a milder one. */
export function judgeStaged(view: HostView, packet: Packet): readonly string[] {
  const found = new Set<string>()
  const witness = ({ type }: Meeting, asked: Place): void => {
    if (type !== 'list') return
    for (const staged of view.staged) {
      const list = listOf(staged, asked)
      const enforced = listOf(view, asked)
      if (list === undefined || enforced === undefined) continue
      const difference = outcome(list, asked, view) - outcome(enforced, asked, view)
      if (difference !== 0) found.add(stagedText(staged.policy, asked.direction, difference < 0 ? 'denied' : 'allowed'))
    }
  }
  judge(view, packet, witness)
  return [...found].sort()
}

export function stagedText(
  policy: { readonly kind: string; readonly namespace?: string | undefined; readonly name: string },
  direction: string,
  difference: string,
): string {
  const owner = policy.namespace ? `${policy.namespace}/${policy.name}` : policy.name
  return `${policy.kind}/${owner} ${direction} ${difference}`
}

function listOf(
  { endpoints, workloads }: Pick<StagedView, 'endpoints' | 'workloads'>,
  { owner, stage, direction }: Place,
): PolicyList | undefined {
  if (stage !== 'workload') return endpoints.find(({ endpoint }) => endpoint.name === owner)?.lists[stage][direction]
  return workloads.find(({ workload }) => `${workload.namespace}/${workload.name}` === owner)?.lists[direction]
}

/** Deny is less than undecided, undecided less than Allow; a forward list that decides nothing allows. */
function outcome(list: PolicyList, place: Place, view: HostView): number {
  const isNormal = place.stage === 'normal' || place.stage === 'workload'
  const evaluation = { ...place, view: { ...view, witness: () => undefined } }
  const ruling = isNormal ? evaluateNormal(list, evaluation) : evaluateTiers(list, evaluation)
  if (ruling === undefined) return place.stage === 'forward' ? 2 : 1
  return ruling.verdict === 'deny' ? 0 : 2
}
