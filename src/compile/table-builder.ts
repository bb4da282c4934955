/** Collects the parts of a table while its stages are compiled. */

import type { Span } from '../diagnostic/source.ts'
import { families } from '../net/family.ts'
import type { HostView } from '../policy/host-view.ts'
import type { Direction } from '../policy/rule.ts'
import { type Chain, plainChain } from '../ruleset/chain.ts'
import { endedSet } from '../ruleset/ended-connections.ts'
import { groupOf, type NameGroups } from '../ruleset/grouped-names.ts'
import type { MapValue, NamedMap, NamedSet } from '../ruleset/named-set.ts'
import { goTo, type Match, type Rule, type Statement } from '../ruleset/rule.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import { namesUsedIn, type UsedNames } from '../ruleset/used-names.ts'
import type { Compilation, Counted, Remains } from './compilation.ts'
import { counterGroups } from './counter-groups.ts'
import { KeptObjects } from './kept-objects.ts'
import { LazyMap } from './lazy-map.ts'
import { namedPortSets } from './named-port-sets.ts'
import { interfaceMap } from './names.ts'
import { peerSets } from './peer-sets.ts'
import { type CompiledStation, PolicyCompiler, rulesThatCount } from './policy-compiler.ts'
import { SharedChains } from './shared-chains.ts'
import { joinParts } from './table-parts.ts'

export interface CompileOptions {
  /** Of one interval set; peers in more networks are spread over hash sets by prefix length. */
  readonly mostIntervals: number
  /** What compiling gave last time: it decides nothing, and saves time. */
  readonly before: Compilation | undefined
}

export class TableBuilder {
  readonly view: HostView
  readonly compiler: PolicyCompiler
  readonly shared = new SharedChains()
  private readonly options: CompileOptions
  private readonly kept: KeptObjects
  private readonly chains = new Map<string, Chain>()
  private readonly maps = new Map<string, NamedMap>()
  private readonly counted = new Map<string, Counted>()
  private readonly origins = new Map<string, Span>()

  constructor(view: HostView, options: CompileOptions) {
    const { mostIntervals, before } = options
    this.view = view
    this.options = options
    this.kept = new KeptObjects(before?.ruleset)
    this.compiler = new PolicyCompiler(view, { mostIntervals, kept: this.kept, before: before?.remains })
  }

  addChain(name: string, rules: readonly Rule[]): void {
    this.putChain(plainChain(name, rules))
  }

  hasChain(name: string): boolean {
    return this.chains.has(name)
  }

  addChains(chains: readonly Chain[]): void {
    for (const chain of chains) this.putChain(chain)
  }

  /** A base chain without a rule would only cost time. */
  addBaseChain(
    base: { readonly name: string; readonly hook: string; readonly priority: number },
    rules: readonly Rule[],
  ): void {
    if (rules.length === 0) return
    const { name, hook, priority } = base
    this.putChain({ name, hook: { type: 'filter', hook, priority, fallback: 'accept' }, comment: undefined, rules })
  }

  private putChain(chain: Chain): void {
    this.chains.set(chain.name, this.kept.chain(chain))
  }

  /** Where a packet goes on, by its interface. */
  addInterfaceMap(stage: string, targets: ReadonlyMap<string, MapValue>): string {
    return this.addMap(interfaceMap(stage), { data: 'verdict', elements: targets })
  }

  addMap(name: string, { data, elements }: Pick<NamedMap, 'data' | 'elements'>): string {
    const quoted = new Map([...elements].map(([key, value]) => [`"${key}"`, value]))
    const declaration = { name, key: ['ifname'], interval: false, comment: undefined, properties: [] } as const
    this.maps.set(name, this.kept.map({ ...declaration, data, elements: quoted }))
    return name
  }

  counter(name: string, what: Counted): Statement {
    this.counted.set(name, what)
    return { type: 'counter', name }
  }

  addOrigin(comment: string, span: Span): void {
    this.origins.set(comment, span)
  }

  build(): Compilation {
    const { kept, maps, counted, origins } = this
    const compiled = this.compiler.remains()
    const { stations } = compiled
    const last = this.options.before
    const parts = {
      chains: { singles: this.chains, lists: listsOf(stations, ({ cut }) => cut.chains) },
      maps: { singles: maps, lists: listsOf(stations, ({ merged }) => merged.maps.things) },
      counters: { lists: listsOf(stations, ({ policies }) => policies), others: this.otherCounters() },
    }
    const chains = joinParts(parts.chains, (chain) => kept.chain(chain), last && joinedBefore(last, 'chains'))
    const sets = {
      singles: this.sharedSets(namesUsedIn(chains), stations),
      lists: listsOf(stations, ({ cut }) => cut.sets),
    }
    const counters = counterGroups(parts.counters, last?.remains.counters)
    const ruleset = kept.ruleset({
      chains,
      maps: joinParts(parts.maps, (map) => kept.map(map), last && joinedBefore(last, 'maps')),
      sets: joinParts(sets, (set) => kept.set(set), last && joinedBefore(last, 'sets')),
      counters: counters.groups,
    })
    return {
      ruleset,
      counters: new LazyMap(() => {
        const counters = new Map(counted)
        for (const rule of rulesThatCount(stations)) counters.set(rule.counter, rule.counted)
        return counters
      }),
      origins: new LazyMap(() => {
        const places = new Map(origins)
        for (const rule of rulesThatCount(stations)) places.set(rule.comment, rule.span)
        return places
      }),
      remains: { ...compiled, ...parts, sets, counters: { parts: parts.counters, result: counters } },
    }
  }

  private otherCounters(): NameGroups {
    const others = new Map<string, Set<string>>()
    for (const name of this.counted.keys()) {
      const group = others.get(groupOf(name)) ?? new Set<string>()
      others.set(groupOf(name), group.add(name))
    }
    return new Map([...others].map(([name, group]) => [name, this.kept.counterGroup(name, group)]))
  }

  /** Those that several stations may look up. A rule that is left out for a family leaves its sets unused, too. */
  private sharedSets(used: UsedNames, stations: Remains['stations']): ReadonlyMap<string, NamedSet> {
    const { peers, namedPorts } = this.view
    const others = [...[...namedPorts.values()].flatMap(namedPortSets), ...families.map(endedSet)]
    const sets = [
      ...peerSets(peers.values(), { used, mostIntervals: this.options.mostIntervals }),
      ...others.filter(({ name }) => used.has(name)),
      ...[...stations.values()].flatMap(({ merged }) => merged.sets.things),
    ]
    return new Map(sets.map((set) => [set.name, set]))
  }
}

function listsOf<Item>(
  stations: Remains['stations'],
  listOf: (station: CompiledStation) => readonly Item[],
): ReadonlyMap<string, readonly Item[]> {
  const lists = new Map<string, readonly Item[]>()
  for (const [chain, station] of stations) lists.set(chain, listOf(station))
  return lists
}

function joinedBefore<Kind extends 'chains' | 'maps' | 'sets'>(
  { remains, ruleset }: Compilation,
  kind: Kind,
): { readonly parts: Remains[Kind]; readonly joined: Ruleset[Kind] } {
  return { parts: remains[kind], joined: ruleset[kind] }
}

/** Elements of an interface map. */
export function targetsOf(entries: readonly (readonly [string, string])[]): ReadonlyMap<string, MapValue> {
  return new Map(entries.map(([name, chain]) => [name, goTo(chain)]))
}

export function onInterface(side: 'iifname' | 'oifname', name: string): Match {
  return { type: 'interface', side, names: [name], negated: false }
}

/** The names that start so. Nothing can follow a prefix that is as long as a name may be (IFNAMSIZ). */
export function wildcard(prefix: string): string {
  return prefix.length < 15 ? `${prefix}*` : prefix
}

export const inward: Readonly<Record<Direction, 'iifname' | 'oifname'>> = { ingress: 'iifname', egress: 'oifname' }

/** Of a workload's interface: what it sends comes in by it. */
export const outward: typeof inward = { ingress: 'oifname', egress: 'iifname' }
