/** Collects the parts of a table while its stages are compiled. */

import type { Span } from '../diagnostic/source.ts'
import { families } from '../net/family.ts'
import type { HostView } from '../policy/host-view.ts'
import { printResource } from '../policy/resource.ts'
import type { Direction, PolicyRule } from '../policy/rule.ts'
import { type Chain, plainChain } from '../ruleset/chain.ts'
import { endedSet } from '../ruleset/ended-connections.ts'
import type { MapValue, NamedMap, NamedSet } from '../ruleset/named-set.ts'
import { goTo, type Match, type Rule, type Statement } from '../ruleset/rule.ts'
import { emptyRuleset } from '../ruleset/ruleset.ts'
import type { Compilation, Counted } from './compilation.ts'
import { compileRule, compileSilently, type RuleVerdicts } from './compile-rule.ts'
import { logPrefixOf } from './log-prefix.ts'
import { commentText, interfaceMap, ruleCounter } from './names.ts'
import { namedPortSets, peerSets } from './peer-sets.ts'
import type { CompileRule, PolicyChains, RulePlace } from './policy-chains.ts'

export class TableBuilder {
  readonly view: HostView
  /** Policy chains that endpoints with the same list share, by what they implement. */
  readonly shared = new Map<string, string>()
  private readonly mostIntervals: number
  private readonly chains: Chain[] = []
  private readonly maps: NamedMap[] = []
  private readonly sets: NamedSet[] = []
  private readonly counted = new Map<string, Counted>()
  private readonly origins = new Map<string, Span>()

  constructor(view: HostView, mostIntervals: number) {
    this.view = view
    this.mostIntervals = mostIntervals
  }

  addChain(name: string, rules: readonly Rule[]): void {
    this.chains.push(plainChain(name, rules))
  }

  hasChain(name: string): boolean {
    return this.chains.some((chain) => chain.name === name)
  }

  addChains({ chains, maps, sets }: PolicyChains): void {
    this.chains.push(...chains)
    this.maps.push(...maps)
    this.sets.push(...sets)
  }

  /** A base chain without a rule would only cost time. */
  addBaseChain(
    base: { readonly name: string; readonly hook: string; readonly priority: number },
    rules: readonly Rule[],
  ): void {
    if (rules.length === 0) return
    const { name, hook, priority } = base
    this.chains.push({ name, hook: { type: 'filter', hook, priority, fallback: 'accept' }, comment: undefined, rules })
  }

  /** Where a packet goes on, by its interface. */
  addInterfaceMap(stage: string, targets: ReadonlyMap<string, MapValue>): string {
    return this.addMap(interfaceMap(stage), { data: 'verdict', elements: targets })
  }

  addMap(name: string, { data, elements }: Pick<NamedMap, 'data' | 'elements'>): string {
    const quoted = new Map([...elements].map(([key, value]) => [`"${key}"`, value]))
    this.maps.push({
      name,
      key: ['ifname'],
      interval: false,
      comment: undefined,
      properties: [],
      data,
      elements: quoted,
    })
    return name
  }

  counter(name: string, what: Counted): Statement {
    this.counted.set(name, what)
    return { type: 'counter', name }
  }

  addOrigin(comment: string, span: Span): void {
    this.origins.set(comment, span)
  }

  readonly compileRule: CompileRule = (rule, place, verdicts) => this.rulesFor(rule, place, verdicts)

  /** For lists that are only tried out. */
  readonly compileSilently: CompileRule = (rule, _place, verdicts) =>
    compileSilently(rule, { ...this.peerContext(), verdicts })

  private peerContext() {
    const { peers, namedPorts } = this.view
    return { peers, namedPorts, mostIntervals: this.mostIntervals }
  }

  private rulesFor(rule: PolicyRule, place: RulePlace, verdicts: RuleVerdicts): readonly Rule[] {
    const { settings } = this.view
    const origin = `${printResource(place)} ${place.direction}[${place.index}]`
    const comment = commentText(origin)
    const { burst, ...rate } = settings.logLimit
    const log = {
      prefix: logPrefixOf(settings.logPrefix, place),
      limit: { type: 'limit', ...rate, burst: burst === 5 ? undefined : burst },
    } as const
    const rules = compileRule(rule, { ...this.peerContext(), counter: ruleCounter(place), comment, verdicts, log })
    if (rules.length > 0) {
      const { kind, name, direction, index } = place
      this.counted.set(ruleCounter(place), {
        type: 'rule',
        kind,
        namespace: place.namespace ?? '',
        name,
        direction,
        index,
        action: rule.action,
        origin,
      })
      this.origins.set(comment, rule.span)
    }
    return rules
  }

  build(): Compilation {
    const used = setsUsedBy(this.chains)
    const sets = [
      ...peerSets(this.view.peers.values(), { used, mostIntervals: this.mostIntervals }),
      ...namedPortSets(this.view.namedPorts.values()),
      ...families.map(endedSet),
      ...this.sets,
    ]
    const ruleset = {
      ...emptyRuleset,
      counters: new Set(this.counted.keys()),
      sets: byName(sets.filter((set) => used.has(set.name))),
      maps: byName(this.maps),
      chains: byName(this.chains),
    }
    return { ruleset, counters: this.counted, origins: this.origins }
  }
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

/** A rule that is left out for a family leaves its sets unused, too. */
function setsUsedBy(chains: readonly Chain[]): ReadonlySet<string> {
  const used = new Set<string>()
  for (const chain of chains) {
    for (const match of chain.rules.flatMap((rule) => rule.matches)) {
      if (match.type === 'lookup') used.add(match.set)
      if (match.type === 'address' && match.among.type !== 'literal') used.add(match.among.name)
    }
  }
  return used
}

function byName<T extends { readonly name: string }>(objects: readonly T[]): ReadonlyMap<string, T> {
  return new Map(objects.map((object) => [object.name, object]))
}
