/** Objects of the table before: what equals one of them becomes the very same object, so that it is equal at a glance. */

import { type Chain, sameHead } from '../ruleset/chain.ts'
import { differingCandidates, differingKeys, sameElements } from '../ruleset/compare-elements.ts'
import { GroupedNames, type NameGroups } from '../ruleset/grouped-names.ts'
import { type NamedMap, type NamedSet, sameDeclaration } from '../ruleset/named-set.ts'
import { sameRules } from '../ruleset/print-rule.ts'
import { emptyRuleset, type Ruleset } from '../ruleset/ruleset.ts'

export class KeptObjects {
  private readonly before: Ruleset

  constructor(before: Ruleset = emptyRuleset) {
    this.before = before
  }

  get chains(): Ruleset['chains'] {
    return this.before.chains
  }

  get maps(): Ruleset['maps'] {
    return this.before.maps
  }

  chain(chain: Chain): Chain {
    const before = this.before.chains.get(chain.name)
    if (before === undefined || before === chain) return chain
    return sameHead(before, chain) && sameRules(before.rules, chain.rules) ? before : chain
  }

  map(map: NamedMap): NamedMap {
    const before = this.before.maps.get(map.name)
    if (before === undefined || before === map) return map
    if (before.elements.size !== map.elements.size || !sameDeclaration(before, map)) return map
    return differingKeys(map.elements, before.elements).length === 0 ? before : map
  }

  set(set: NamedSet): NamedSet {
    const before = this.before.sets.get(set.name)
    if (before === undefined || before === set || !sameDeclaration(before, set)) return set
    return sameElements(before.elements, set.elements) ? before : set
  }

  counterGroup(group: string, names: ReadonlySet<string>): ReadonlySet<string> {
    const { counters } = this.before
    const before = counters instanceof GroupedNames ? counters.groups.get(group) : undefined
    return before !== undefined && sameElements(before, names) ? before : names
  }

  /** The same table where nothing of it is new. */
  ruleset({
    sets,
    maps,
    chains,
    counters,
  }: Pick<Ruleset, 'sets' | 'maps' | 'chains'> & { readonly counters: NameGroups }): Ruleset {
    const { before } = this
    const parts = {
      sets: sameOr(before.sets, sets),
      maps: sameOr(before.maps, maps),
      chains: sameOr(before.chains, chains),
      counters: this.counters(counters),
    }
    const isSame =
      parts.sets === before.sets &&
      parts.maps === before.maps &&
      parts.chains === before.chains &&
      parts.counters === before.counters
    return isSame ? before : { ...emptyRuleset, ...parts }
  }

  private counters(groups: NameGroups): ReadonlySet<string> {
    const before = this.before.counters
    const isSame = before instanceof GroupedNames && sameOr(before.groups, groups) === before.groups
    return isSame ? before : new GroupedNames(groups)
  }
}

/** The first where both hold the same objects under the same names. */
function sameOr<T>(before: ReadonlyMap<string, T>, now: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  if (before === now) return before
  if (before.size !== now.size) return now
  for (const name of differingCandidates(now, before)) if (before.get(name) !== now.get(name)) return now
  return before
}
