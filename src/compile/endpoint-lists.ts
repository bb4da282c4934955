/** What is alike in every stage of a host endpoint: its denial, its connection tracking rules, its list of policies as a chain. */

import type { EndpointView, ListName, PolicyList } from '../policy/host-view.ts'
import type { Direction } from '../policy/rule.ts'
import { accept, drop, jump, makeRule, type Rule, type Verdict } from '../ruleset/rule.ts'
import type { RuleVerdicts } from './compile-rule.ts'
import { endedJump } from './ended-connections.ts'
import { commentText, endpointCounter, partName, policyChain } from './names.ts'
import { isShareable, policyChains } from './policy-chains.ts'
import { stationsOf } from './stations.ts'
import type { TableBuilder } from './table-builder.ts'

/** How the settings want a denial in the hooks where a packet can be rejected. */
export function denyVerdict(builder: TableBuilder): Verdict {
  return builder.view.settings.denyAction === 'Reject' ? { type: 'reject' } : drop
}

/** The end of every list: what nothing allowed. */
export function denialOf(
  builder: TableBuilder,
  view: EndpointView,
  how: { readonly direction: Direction; readonly verdict: Verdict },
): Rule {
  const { name, span } = view.endpoint
  const comment = commentText(`HostEndpoint/${name} ${how.direction} default`)
  builder.addOrigin(comment, span)
  const counter = builder.counter(endpointCounter(name, how.direction, 'denied'), {
    type: 'endpoint',
    endpoint: name,
    direction: how.direction,
    reason: 'denied',
  })
  return makeRule({ statements: [counter], verdict: how.verdict, comment })
}

/** Invalid packets are dropped (behaviour.md 4.7), connections that were ended stay ended. Known ones have been accepted before. */
export function trackingRules(builder: TableBuilder, view: EndpointView, direction: Direction): readonly Rule[] {
  return [...invalidRules(builder, view, direction), endedJump(builder)]
}

/**
 * Stands before the dispatch by interface, which costs five times as much. On an interface without an endpoint it decides
 * nothing: there every packet is accepted.
 */
export const established: Rule = makeRule({
  matches: [{ type: 'ct-state', states: ['established', 'related'] }],
  verdict: accept,
})

export function invalidRules(builder: TableBuilder, view: EndpointView, direction: Direction): readonly Rule[] {
  if (!builder.view.settings.dropsInvalid) return []
  const { name } = view.endpoint
  const counter = builder.counter(endpointCounter(name, direction, 'invalid'), {
    type: 'endpoint',
    endpoint: name,
    direction,
    reason: 'invalid',
  })
  return [makeRule({ matches: [{ type: 'ct-state', states: ['invalid'] }], statements: [counter], verdict: drop })]
}

export interface JumpedList {
  readonly list: PolicyList
  /** Lists of one kind can be shared; the owner tells apart what ends with the denial of one endpoint. */
  readonly name: { readonly kind: ListName | 'workload'; readonly owner: string }
  readonly direction: Direction
  /** Of the endpoint in this stage. */
  readonly chain: string
  readonly verdicts: Omit<RuleVerdicts, 'pass'>
  readonly denial: readonly Rule[]
}

/** A jump to the endpoint's policies; nothing when it has none. Endpoints with the same list share its chains. */
export function policyJump(builder: TableBuilder, input: JumpedList): readonly Rule[] {
  const { list, name, direction, verdicts } = input
  const chain = policyChain(input.chain)
  // of a long list, that a Pass has come or not is known without a look at all of it
  stationsOf(list, direction, (station) => builder.compiler.stationBefore(partName(chain, station)))
  const owner = isShareable(list, direction) ? '' : name.owner
  const purpose = JSON.stringify([name.kind, direction, verdicts, owner])
  const shared = builder.shared.find(purpose, [list])
  if (shared !== undefined) return [makeRule({ verdict: jump(shared) })]
  const { denial } = input
  const chains = policyChains({
    ...{ list, direction, chain, denial, verdicts },
    voice: 'counting',
    compiler: builder.compiler,
  })
  if ((chains[0]?.rules.length ?? 0) === 0) return []
  builder.addChains(chains)
  builder.shared.add(purpose, { lists: [list], chain })
  return [makeRule({ verdict: jump(chain) })]
}
