/**
 * Compiles policies, and the stations of a list that they make up. What the compilation before has made of the same things is
 * taken from there, so that of 5,000 policies only the one that changed is compiled.
 */

import type { HostView } from '../policy/host-view.ts'
import { isSameList } from '../policy/keep-list.ts'
import type { Chain } from '../ruleset/chain.ts'
import type { NamedMap, NamedSet } from '../ruleset/named-set.ts'
import { printVerdict } from '../ruleset/print-rule.ts'
import type { Rule } from '../ruleset/rule.ts'
import { Answers } from './answers.ts'
import {
  type CompiledPolicy,
  type CountedRule,
  compilePolicy,
  countedRules,
  type Owner,
  type PolicyContext,
  type PolicyPlace,
} from './compiled-policy.ts'
import type { KeptObjects } from './kept-objects.ts'
import { mergeRules } from './merge-rules.ts'
import { segments } from './segments.ts'
import type { Station } from './stations.ts'

/** What a compilation leaves to the next one. */
export interface Remains {
  readonly view: HostView
  readonly answers: Answers
  /** Equal where Log rules look the same. */
  readonly logging: string
  readonly policies: PoliciesByPlace
  readonly stations: StationsByChain
}

/** By the text of the place where they stand. */
type PoliciesByPlace = ReadonlyMap<string, ReadonlyMap<Owner, CompiledPolicy>>
type StationsByChain = ReadonlyMap<string, CompiledStation>

export interface CompiledStation {
  /** In their order. */
  readonly policies: readonly CompiledPolicy[]
  /** The rules themselves, or jumps to the chains. */
  readonly rules: readonly Rule[]
  readonly chains: readonly Chain[]
  readonly maps: readonly NamedMap[]
  readonly sets: readonly NamedSet[]
}

interface CompilerFrame {
  /** Of one interval set. */
  readonly mostIntervals: number
  readonly kept: KeptObjects
  readonly before: Remains | undefined
}

export class PolicyCompiler {
  readonly answers: Answers
  private readonly view: HostView
  private readonly before: Remains | undefined
  private readonly kept: KeptObjects
  private readonly context: PolicyContext
  private readonly logging: string
  private readonly policies = new Map<string, Map<Owner, CompiledPolicy>>()
  private readonly stations = new Map<string, CompiledStation>()

  constructor(view: HostView, { mostIntervals, kept, before }: CompilerFrame) {
    const { logPrefix, logLimit } = view.settings
    this.view = view
    this.logging = JSON.stringify([logPrefix, logLimit])
    const isComparable = before?.logging === this.logging && before.answers.mostIntervals === mostIntervals
    this.before = isComparable ? before : undefined
    this.kept = kept
    this.answers = new Answers(view, mostIntervals, this.before?.answers)
    const { burst, ...rate } = logLimit
    this.context = {
      answers: this.answers,
      logPrefix,
      logLimit: { type: 'limit', ...rate, burst: burst === 5 ? undefined : burst },
    }
  }

  /** @param chain its own, which names its parts */
  station({ resources, hasPass }: Station, chain: string, place: PolicyPlace): CompiledStation {
    const policies = this.policiesOf(resources, place)
    const before = this.before?.stations.get(chain)
    const isSame = before !== undefined && isSameList(before.policies, policies)
    const station = isSame ? before : this.makeStation(policies, { chain, hasPass })
    this.stations.set(chain, station)
    return station
  }

  /** Of all rules that count. */
  counterGroups(): Map<string, ReadonlySet<string>> {
    const groups = new Map<string, ReadonlySet<string>>()
    for (const compiled of this.policies.values())
      compiled.forEach(({ counters }) => {
        if (counters.names.size > 0) groups.set(counters.group, counters.names)
      })
    return groups
  }

  remains(): Remains {
    const { view, answers, logging, policies, stations } = this
    return { view, answers, logging, policies, stations }
  }

  private policiesOf(owners: readonly Owner[], place: PolicyPlace): readonly CompiledPolicy[] {
    const key = placeText(place)
    const before = this.before?.policies.get(key)
    const made = this.policies.get(key) ?? new Map<Owner, CompiledPolicy>()
    this.policies.set(key, made)
    return owners.map((owner) => {
      const found = made.get(owner)
      if (found !== undefined) return found
      const known = before?.get(owner)
      const isSame = known !== undefined && this.answers.areSame(known.asked)
      const policy = isSame ? known : this.compile(owner, place)
      made.set(owner, policy)
      return policy
    })
  }

  private compile(owner: Owner, place: PolicyPlace): CompiledPolicy {
    const compiled = compilePolicy(owner, place, this.context)
    const { group, names } = compiled.counters
    return { ...compiled, counters: { group, names: this.kept.counterGroup(group, names) } }
  }

  private makeStation(
    policies: readonly CompiledPolicy[],
    at: { readonly chain: string; readonly hasPass: boolean },
  ): CompiledStation {
    const { kept } = this
    const { groups, maps, sets } = mergeRules(policies, { chain: at.chain, before: kept.maps })
    const cut = segments(groups, { ...at, kept })
    return { policies, ...cut, maps, sets: [...sets, ...cut.sets] }
  }
}

/** Of all of them. */
export function* rulesThatCount(policies: Remains['policies']): Generator<CountedRule> {
  for (const compiled of policies.values()) for (const policy of compiled.values()) yield* countedRules(policy)
}

function placeText({ tier, direction, verdicts, voice }: PolicyPlace): string {
  const { allow, deny, pass } = verdicts
  return [voice, direction, tier, ...[allow, deny, pass].map(printVerdict)].join(' / ')
}
