/**
 * A long list cut into chains at policies, so that an edited policy rewrites one of them:
 *
 *   rules or jumps of groups  -->  group_<policy>: jumps of gates  -->  <policy>/gate  -->  <policy>: rules
 *
 * Whether a segment or a group starts at a policy is a property of that policy alone, so that one that is added, changed or
 * removed leaves all but its own as they were. A Pass would return from its segment only, so a policy with one stays outside.
 */

import { isSameList, type ListSplice, listSplice } from '../policy/keep-list.ts'
import { type Chain, plainChain } from '../ruleset/chain.ts'
import type { NamedSet } from '../ruleset/named-set.ts'
import { jump, makeRule, type Rule } from '../ruleset/rule.ts'
import { gateOf } from './gates.ts'
import type { KeptObjects } from './kept-objects.ts'
import type { RuleGroup } from './merge-rules.ts'
import { type Draw, partName, starts } from './names.ts'
import { firstFrom, type Placed, PlacedList, replaced } from './placed.ts'

/** Lists up to this length stay in one chain, and a segment or group ends at the first policy after so many rules. */
const longestChain = 256

export interface Segments {
  /** The rules themselves, or jumps to chains that hold them. */
  readonly rules: readonly Rule[]
  readonly chains: readonly Chain[]
  /** Those that gates look up. */
  readonly sets: readonly NamedSet[]
  /** How it came to that: what was cut, first into segments, then their jumps into groups. */
  readonly cuts: readonly Cut[]
}

/** By the index of a group. */
interface Cut {
  readonly groups: readonly Group[]
  readonly ruleCount: number
  readonly pieces: Placed<Piece>
  readonly chains: Placed<Chain>
  readonly sets: Placed<NamedSet>
}

/** What is left of neighbours that stand together: a jump to their chain, or the rules themselves outside of one. */
interface Piece extends Group {
  readonly isChain: boolean
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

/** @param last what was cut in this place of other groups, most of which are the same */
export function segments(groups: readonly Group[], place: SegmentPlace, last?: Segments): Segments {
  const cuts: Cut[] = []
  let shorter = groups
  for (const level of ['segment', 'group'] as const) {
    const before = last?.cuts[cuts.length]
    const change = before === undefined ? undefined : listSplice(shorter, before.groups)
    const ruleCount = countAfter(shorter, before, change)
    if (ruleCount <= longestChain) break
    const cut = new Cutter(shorter, level, place)
    cuts.push({ groups: shorter, ruleCount, ...(before && change ? cut.again(before, change) : cut.whole()) })
    shorter = cuts.at(-1)?.pieces.things ?? []
  }
  return {
    rules: joined(shorter.map(({ rules }) => rules)),
    chains: cuts.flatMap(({ chains }) => chains.things),
    sets: cuts.flatMap(({ sets }) => sets.things),
    cuts,
  }
}

function countAfter(groups: readonly Group[], before: Cut | undefined, change: ListSplice | undefined): number {
  if (before === undefined || change === undefined) return countRules(groups)
  const { start, end, endBefore } = change
  const gone = countRules(before.groups.slice(start, endBefore))
  return before.ruleCount - gone + countRules(groups.slice(start, end))
}

/** Neighbours that stand together, from a group on. */
interface Stretch {
  readonly start: number
  readonly ruleCount: number
  /** In a chain of their own, or outside. */
  readonly isChain: boolean
}

class Cutter {
  readonly pieces = new PlacedList<Piece>()
  readonly chains = new PlacedList<Chain>()
  readonly sets = new PlacedList<NamedSet>()
  private readonly groups: readonly Group[]
  private readonly level: keyof Draw
  private readonly place: SegmentPlace

  constructor(groups: readonly Group[], level: keyof Draw, place: SegmentPlace) {
    this.groups = groups
    this.level = level
    this.place = place
  }

  whole(): Pick<Cut, 'pieces' | 'chains' | 'sets'> {
    this.cut(0, () => false)
    const { pieces, chains, sets } = this
    return { pieces, chains, sets }
  }

  /** From the piece that may take up the first changed group to the first piece behind the last one that starts where it did before. */
  again(before: Cut, { start, end, endBefore }: ListSplice): Pick<Cut, 'pieces' | 'chains' | 'sets'> {
    const { at } = before.pieces
    const moved = end - endBefore
    const from = at[Math.max(0, firstFrom(at, start) - 1)] ?? 0
    const until = this.cut(from, (index) => index >= end && at[firstFrom(at, index - moved)] === index - moved)
    const change = { start: from, end: until, endBefore: until - moved }
    return {
      pieces: replaced(before.pieces, change, this.pieces),
      chains: replaced(before.chains, change, this.chains),
      sets: replaced(before.sets, change, this.sets),
    }
  }

  /** @param isKnown whether a piece that starts there, and all that follow it, are as before @returns where it ended */
  private cut(from: number, isKnown: (at: number) => boolean): number {
    let open: Stretch = { start: from, ruleCount: 0, isChain: false }
    for (let at = from; at < this.groups.length; at++) {
      const next = this.stretchFrom(at)
      if (at > from && this.takes(open, next)) open = { ...open, ruleCount: open.ruleCount + next.ruleCount }
      else {
        this.add(open, at)
        if (at > from && isKnown(at)) return at
        open = next
      }
    }
    this.add(open, this.groups.length)
    return this.groups.length
  }

  private stretchFrom(start: number): Stretch {
    const rules = this.groups[start]?.rules ?? []
    const isChain = !(this.place.hasPass && rules.some(({ verdict }) => verdict?.type === 'return'))
    return { start, ruleCount: rules.length, isChain }
  }

  private takes(open: Stretch, next: Stretch): boolean {
    const draw = this.groups[next.start]?.policy.draw[this.level] ?? 0
    const isNext = open.isChain && next.isChain && open.ruleCount < longestChain
    return isNext && !starts(draw, next.ruleCount, usual[this.level])
  }

  private add({ start, isChain }: Stretch, end: number): void {
    const { chain, kept } = this.place
    const taken = this.groups.slice(start, end)
    const [first] = taken
    if (first === undefined) return
    const { policy } = first
    const parts = taken.map(({ rules }) => rules)
    if (!isChain) {
      this.pieces.push({ policy, isChain, rules: joined(parts) }, start)
      return
    }
    const name = partName(chain, this.level === 'group' ? `group_${policy.name}` : policy.name)
    const made = chainOf(name, parts, kept)
    this.chains.push(made, start)
    const gate = gateOf(made)
    const entry = gate === undefined ? made : kept.chain(gate.chain)
    if (gate !== undefined) this.chains.push(entry, start)
    for (const set of gate?.sets ?? []) this.sets.push(kept.set(set), start)
    this.pieces.push({ policy, isChain, rules: jumpTo(entry) }, start)
  }
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
