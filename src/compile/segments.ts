/**
 * A long list cut into chains at policies, so that an edited policy rewrites one of them:
 *
 *   rules or jumps of groups  -->  group_<policy>: jumps of gates  -->  <policy>/gate  -->  <policy>: rules
 *
 * Whether a segment or a group starts at a policy is a property of that policy alone, so that one that is added, changed or
 * removed leaves all but its own as they were. A Pass would return from its segment only, so a policy with one stays outside.
 */

import { isSameList } from '../policy/keep-list.ts'
import { type Chain, plainChain } from '../ruleset/chain.ts'
import type { NamedSet } from '../ruleset/named-set.ts'
import { jump, makeRule, type Rule } from '../ruleset/rule.ts'
import { gateOf } from './gates.ts'
import type { KeptObjects } from './kept-objects.ts'
import type { RuleGroup } from './merge-rules.ts'
import { type Draw, partName, starts } from './names.ts'

/** Lists up to this length stay in one chain, and a segment or group ends at the first policy after so many rules. */
const longestChain = 256

export interface Segments {
  /** The rules themselves, or jumps to chains that hold them. */
  readonly rules: readonly Rule[]
  readonly chains: readonly Chain[]
  /** Those that gates look up. */
  readonly sets: readonly NamedSet[]
}

/** How many rules a segment has, and how many jumps a group, on average: an edit rewrites as many, and a packet meets every gate. */
const usual = { segment: 96, group: 32 } as const

type Group = RuleGroup<{ readonly name: string; readonly draw: Draw }>

interface SegmentPlace {
  readonly chain: string
  /** Whether a rule may be a Pass. */
  readonly hasPass: boolean
  readonly kept: KeptObjects
}

export function segments(groups: readonly Group[], place: SegmentPlace): Segments {
  const chains: Chain[] = []
  const sets: NamedSet[] = []
  let shorter = groups
  for (const level of ['segment', 'group'] as const) {
    if (countRules(shorter) <= longestChain) break
    shorter = piecesOf(shorter, level, place).map(({ policy, isChain, parts }) => {
      if (!isChain) return { policy, rules: joined(parts) }
      const name = partName(place.chain, level === 'group' ? `group_${policy.name}` : policy.name)
      const made = chainOf(name, parts, place.kept)
      chains.push(made)
      const gate = gateOf(made)
      if (gate === undefined) return { policy, rules: jumpTo(made) }
      const kept = place.kept.chain(gate.chain)
      chains.push(kept)
      for (const set of gate.sets) sets.push(place.kept.set(set))
      return { policy, rules: jumpTo(kept) }
    })
  }
  return { rules: joined(shorter.map(({ rules }) => rules)), chains, sets }
}

/** Neighbours that stand together. */
interface Piece {
  /** The first. */
  readonly policy: Group['policy']
  /** In a chain of their own, or outside. */
  readonly isChain: boolean
  readonly parts: (readonly Rule[])[]
}

function piecesOf(groups: readonly Group[], level: keyof Draw, { hasPass }: SegmentPlace): readonly Piece[] {
  const pieces: Piece[] = []
  let length = 0
  for (const { policy, rules } of groups) {
    const isChain = !(hasPass && rules.some(({ verdict }) => verdict?.type === 'return'))
    const last = pieces.at(-1)
    if (last?.isChain && isChain && length < longestChain && !starts(policy.draw[level], rules.length, usual[level])) {
      last.parts.push(rules)
      length += rules.length
    } else {
      pieces.push({ policy, isChain, parts: [rules] })
      length = rules.length
    }
  }
  return pieces
}

/** The lists of rules that a chain is made of: with the same ones it is the same. */
const partsOf = new WeakMap<Chain, readonly (readonly Rule[])[]>()

function chainOf(name: string, parts: readonly (readonly Rule[])[], kept: KeptObjects): Chain {
  const before = kept.chains.get(name)
  const partsBefore = before === undefined ? undefined : partsOf.get(before)
  if (before !== undefined && partsBefore !== undefined && isSameList(partsBefore, parts)) return before
  const chain = kept.chain(plainChain(name, joined(parts)))
  partsOf.set(chain, parts)
  return chain
}

const jumps = new WeakMap<Chain, readonly Rule[]>()

function jumpTo(chain: Chain): readonly Rule[] {
  const known = jumps.get(chain)
  if (known !== undefined) return known
  const rules = [makeRule({ verdict: jump(chain.name) })]
  jumps.set(chain, rules)
  return rules
}

function countRules(groups: readonly Group[]): number {
  return groups.reduce((count, { rules }) => count + rules.length, 0)
}

/** Too many for one call that takes them all. */
function joined(parts: readonly (readonly Rule[])[]): readonly Rule[] {
  const rules: Rule[] = []
  for (const part of parts) for (const rule of part) rules.push(rule)
  return rules
}
