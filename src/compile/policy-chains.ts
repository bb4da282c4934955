/**
 * The ordered rule list of an endpoint in one direction, as chains that the endpoint's chain jumps to.
 *
 *   policy chain     rules of tier 1 | jump of its segments | jump of its own chain if it has a Pass
 *                    rules of tier 2, of the profiles, ...
 *                    end: back to the endpoint's chain, which denies or lets the packet go on
 *
 * Allow and Deny end the evaluation wherever they stand. A tier or profile with a Pass rule gets a chain of its own, so that
 * Pass is a return to the next one; when such a tier denies by default its chain ends with that denial. A long list is cut
 * into segments at policies, so that an edited policy rewrites one segment.
 */

import type { PolicyList } from '../policy/host-view.ts'
import type { Direction, PolicyRule } from '../policy/rule.ts'
import { type Chain, plainChain } from '../ruleset/chain.ts'
import type { NamedMap, NamedSet } from '../ruleset/named-set.ts'
import { jump, makeRule, type Rule } from '../ruleset/rule.ts'
import type { RuleVerdicts } from './compile-rule.ts'
import { type Item, mergeRules } from './merge-rules.ts'
import { partName, startsSegment } from './names.ts'
import { itemsOf, stationsOf } from './stations.ts'

/** Lists up to this length stay in one chain, and a segment ends at the first policy after so many rules. */
const longestChain = 256

export interface PolicyChainsInput {
  readonly list: PolicyList
  readonly direction: Direction
  /** Name of the policy chain. */
  readonly chain: string
  /** The endpoint's default denial. */
  readonly denial: readonly Rule[]
  /** Of Allow and Deny. */
  readonly verdicts: Omit<RuleVerdicts, 'pass'>
  readonly compile: CompileRule
}

/** The nftables rules of one policy rule. */
export type CompileRule = (rule: PolicyRule, place: RulePlace, verdicts: RuleVerdicts) => readonly Rule[]

export interface RulePlace {
  readonly kind: string
  readonly namespace: string | undefined
  readonly name: string
  readonly tier: string
  readonly direction: Direction
  readonly index: number
}

export interface PolicyChains {
  /** The policy chain first. */
  readonly chains: readonly Chain[]
  readonly maps: readonly NamedMap[]
  readonly sets: readonly NamedSet[]
}

/** Whether endpoints with the same list can share its chains: not when a chain ends with the denial of one endpoint. */
export function isShareable(list: PolicyList, direction: Direction): boolean {
  return !list.tiers.some(
    (tier) =>
      tier.defaultAction === 'Deny' &&
      tier.policies.some((policy) => policy[direction].some((rule) => rule.action === 'Pass')),
  )
}

/** Whether what comes back from the policy chain undecided is to be denied: one of its tiers denies, and lets nothing pass. */
export function deniesAtEnd(list: PolicyList, direction: Direction): boolean {
  return stationsOf(list, direction).some(({ defaultAction, hasPass }) => defaultAction === 'Deny' && !hasPass)
}

export function policyChains(input: PolicyChainsInput): PolicyChains {
  const driver: Rule[] = []
  const chains: Chain[] = []
  const maps: NamedMap[] = []
  const sets: NamedSet[] = []
  for (const station of stationsOf(input.list, input.direction)) {
    const ownChain = partName(input.chain, station.name)
    const merged = mergeRules(itemsOf(station, input, { type: 'return' }), ownChain)
    maps.push(...merged.maps)
    sets.push(...merged.sets)
    const list = segments(merged.items, ownChain)
    chains.push(...list.chains)
    if (station.hasPass) {
      const end = station.defaultAction === 'Deny' ? input.denial : []
      chains.push(plainChain(ownChain, [...list.rules, ...end]))
      driver.push(makeRule({ verdict: jump(ownChain) }))
    } else {
      for (const rule of list.rules) driver.push(rule)
      if (station.defaultAction === 'Deny') break
    }
  }
  return { chains: [plainChain(input.chain, driver), ...chains], maps, sets }
}

/**
 * The items themselves, or jumps to segments that hold them. Whether a segment starts at a policy is a property of that
 * policy alone, so that one that is added, changed or removed leaves all segments but its own as they were. A Pass would
 * return from its segment only, so a policy with one stays outside.
 */
function segments(
  items: readonly Item[],
  chain: string,
): { readonly rules: readonly Rule[]; readonly chains: readonly Chain[] } {
  if (items.length <= longestChain) return { rules: items.map((item) => item.rule), chains: [] }
  const rules: Rule[] = []
  const chains: Chain[] = []
  let open: Rule[] | undefined
  for (const { name, items: members } of groupsOf(items)) {
    if (members.some(({ rule }) => rule.verdict?.type === 'return')) open = undefined
    else if (open === undefined || open.length >= longestChain || startsSegment(name, members.length)) {
      open = []
      chains.push(plainChain(partName(chain, name), open))
      rules.push(makeRule({ verdict: jump(partName(chain, name)) }))
    }
    for (const { rule } of members) (open ?? rules).push(rule)
  }
  return { rules, chains }
}

/** The items of each policy, in order. */
function groupsOf(items: readonly Item[]): readonly { readonly name: string; readonly items: readonly Item[] }[] {
  const groups: { name: string; items: Item[] }[] = []
  for (const item of items) {
    const last = groups.at(-1)
    if (last?.name === item.group) last.items.push(item)
    else groups.push({ name: item.group, items: [item] })
  }
  return groups
}
