/**
 * Compiles policies, and the stations of a list that they make up. What the compilation before has made of the same things is
 * taken from there, so that of 5,000 policies only the one that changed is compiled.
 */

import type { HostView } from '../policy/host-view.ts'
import { isSameList, listSplice } from '../policy/keep-list.ts'
import { printVerdict } from '../ruleset/print-rule.ts'
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
import { type Merged, mergeRules } from './merge-rules.ts'
import { type Segments, segments } from './segments.ts'
import type { Station } from './stations.ts'

/** What is left to the next compilation. */
export interface CompilerRemains {
  readonly view: HostView
  readonly answers: Answers
  /** Equal where Log rules look the same. */
  readonly logging: string
  readonly known: KnownPolicies
  readonly stations: StationsByChain
}

/**
 * By the text of the place where they stand, also such as stand there no more. All are as these answers make them: compilations
 * with other ones have a collection of their own.
 */
type KnownPolicies = Map<string, WeakMap<Owner, CompiledPolicy>>
export type StationsByChain = ReadonlyMap<string, CompiledStation>

export interface CompiledStation {
  /** The text of its place. */
  readonly place: string
  /** Whether a rule may be a Pass. */
  readonly hasPass: boolean
  /** In their order. */
  readonly owners: readonly Owner[]
  /** As many. */
  readonly policies: readonly CompiledPolicy[]
  readonly merged: Merged<CompiledPolicy>
  readonly cut: Segments
}

interface CompilerFrame {
  /** Of one interval set. */
  readonly mostIntervals: number
  readonly kept: KeptObjects
  readonly before: CompilerRemains | undefined
}

export class PolicyCompiler {
  readonly answers: Answers
  private readonly view: HostView
  private readonly before: CompilerRemains | undefined
  private readonly kept: KeptObjects
  private readonly context: PolicyContext
  private readonly logging: string
  private readonly known: KnownPolicies
  private readonly stations = new Map<string, CompiledStation>()

  constructor(view: HostView, { mostIntervals, kept, before }: CompilerFrame) {
    const { logPrefix, logLimit } = view.settings
    this.view = view
    this.logging = JSON.stringify([logPrefix, logLimit])
    const isComparable = before?.logging === this.logging && before.answers.mostIntervals === mostIntervals
    this.before = isComparable ? before : undefined
    this.kept = kept
    this.answers = new Answers(view, mostIntervals, this.before?.answers)
    this.known = this.before !== undefined && this.answers.areOfSameForm ? this.before.known : new Map()
    const { burst, ...rate } = logLimit
    this.context = {
      answers: this.answers,
      logPrefix,
      logLimit: { type: 'limit', ...rate, burst: burst === 5 ? undefined : burst },
    }
  }

  /** @param chain its own, which names its parts */
  station({ resources, hasPass }: Station, chain: string, place: PolicyPlace): CompiledStation {
    const text = placeText(place)
    const known = this.stationBefore(chain)
    const before = known?.place === text && known.hasPass === hasPass ? known : undefined
    const policies = this.policiesOf(resources, place, before)
    const isSame = before !== undefined && isSameList(before.policies, policies)
    const what = { ...{ hasPass, policies }, place: text, owners: resources }
    const station = isSame ? before : { ...what, ...this.makeParts({ ...what, chain }, before) }
    this.stations.set(chain, station)
    return station
  }

  /** What was made of the list that led to the chain. */
  stationBefore(chain: string): CompiledStation | undefined {
    return this.before?.stations.get(chain)
  }

  remains(): CompilerRemains {
    const { view, answers, logging, known, stations } = this
    return { view, answers, logging, known, stations }
  }

  /** As long as every rule looks as it did, only those are looked at that were not there before. */
  private policiesOf(
    owners: readonly Owner[],
    place: PolicyPlace,
    before: CompiledStation | undefined,
  ): readonly CompiledPolicy[] {
    const policyOf = this.policyIn(place)
    if (before === undefined || !this.answers.areOfSameForm) return owners.map(policyOf)
    const { start, end, endBefore } = listSplice(owners, before.owners)
    if (start === end && start === endBefore) return before.policies
    const changed = owners.slice(start, end).map(policyOf)
    return [...before.policies.slice(0, start), ...changed, ...before.policies.slice(endBefore)]
  }

  private policyIn(place: PolicyPlace): (owner: Owner) => CompiledPolicy {
    const key = placeText(place)
    const known = this.known.get(key) ?? new WeakMap<Owner, CompiledPolicy>()
    this.known.set(key, known)
    const knownBefore = this.before?.known.get(key)
    return (owner) => {
      const found = known.get(owner)
      if (found !== undefined) return found
      const before = knownBefore?.get(owner)
      const isSame = before !== undefined && this.answers.areSame(before.asked)
      const policy = isSame ? before : this.compile(owner, place)
      known.set(owner, policy)
      return policy
    }
  }

  private compile(owner: Owner, place: PolicyPlace): CompiledPolicy {
    const compiled = compilePolicy(owner, place, this.context)
    const { group, names } = compiled.counters
    return { ...compiled, counters: { group, names: this.kept.counterGroup(group, names) } }
  }

  private makeParts(
    { policies, hasPass, chain }: Pick<CompiledStation, 'policies' | 'hasPass'> & { readonly chain: string },
    before: CompiledStation | undefined,
  ): Pick<CompiledStation, 'merged' | 'cut'> {
    const { kept } = this
    const merged = mergeRules(policies, { chain, before: kept.maps }, before)
    const cut = segments(merged.groups.things, { chain, hasPass, kept }, before?.cut)
    return { merged, cut }
  }
}

/** Of all of them. */
export function* rulesThatCount(stations: StationsByChain): Generator<CountedRule> {
  for (const policy of policiesIn(stations)) yield* countedRules(policy)
}

/** Each once, in however many lists it stands. */
function policiesIn(stations: StationsByChain): ReadonlySet<CompiledPolicy> {
  const found = new Set<CompiledPolicy>()
  for (const { policies } of stations.values()) for (const policy of policies) found.add(policy)
  return found
}

function placeText({ tier, direction, verdicts, voice }: PolicyPlace): string {
  const { allow, deny, pass } = verdicts
  return [voice, direction, tier, ...[allow, deny, pass].map(printVerdict)].join(' / ')
}
