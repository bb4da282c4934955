/** A host's view of the policy -> the table that enforces it, and the way back from rules and counters to the policy. */

import type { Span } from '../diagnostic/source.ts'
import type { EndpointView, HostView } from '../policy/host-view.ts'
import type { Direction, PolicyRule } from '../policy/rule.ts'
import type { Chain } from '../ruleset/chain.ts'
import type { NamedMap } from '../ruleset/named-set.ts'
import { accept, type Rule } from '../ruleset/rule.ts'
import { emptyRuleset } from '../ruleset/ruleset.ts'
import { baseChains, interfaceMaps } from './base-chains.ts'
import type { Compilation, Counted } from './compilation.ts'
import { compileRule } from './compile-rule.ts'
import { denialOf, endpointCounters, endpointRules, failsafeCounters, failsafeRules } from './endpoint-chains.ts'
import { commentText, forwardInvalidCounter, policyChain, ruleCounter } from './names.ts'
import { peerSets } from './peer-sets.ts'
import { isShareable, policyChains } from './policy-chains.ts'

/** Cannot fail. The same view gives the same table. */
export function compileHost(view: HostView): Compilation {
  return new Compiler(view).compile()
}

class Compiler {
  private readonly chains: Chain[] = []
  private readonly maps: NamedMap[] = []
  private readonly counted = new Map<string, Counted>()
  private readonly origins = new Map<string, Span>()
  /** By the list they implement: the policy chains that endpoints share. */
  private readonly shared = new Map<string, string>()
  private readonly view: HostView

  constructor(view: HostView) {
    this.view = view
  }

  compile(): Compilation {
    if (this.view.endpoints.length === 0)
      return { ruleset: emptyRuleset, counters: this.counted, origins: this.origins }
    for (const direction of ['ingress', 'egress'] as const) this.compileDirection(direction)
    this.counted.set(forwardInvalidCounter, { type: 'forward-invalid' })
    this.chains.push(...baseChains(this.view))
    this.maps.push(...interfaceMaps(this.view))
    const used = setsUsedBy(this.chains)
    const ruleset = {
      ...emptyRuleset,
      counters: new Set(this.counted.keys()),
      sets: byName(peerSets(this.view.peers.values()).filter((set) => used.has(set.name))),
      maps: byName(this.maps),
      chains: byName(this.chains),
    }
    return { ruleset, counters: this.counted, origins: this.origins }
  }

  private compileDirection(direction: Direction): void {
    const { settings, endpoints } = this.view
    const failsafes = direction === 'ingress' ? settings.failsafeInbound : settings.failsafeOutbound
    this.chains.push(failsafeRules(direction, failsafes))
    for (const [name, counted] of failsafeCounters(direction, failsafes)) this.counted.set(name, counted)
    for (const endpoint of endpoints) {
      const chain = this.policyChainOf(endpoint, direction)
      this.chains.push(endpointRules({ view: endpoint, direction, policyChain: chain }))
      for (const [name, counted] of endpointCounters(endpoint, direction)) this.counted.set(name, counted)
      this.origins.set(denialOf(endpoint, direction).comment ?? '', endpoint.endpoint.span)
    }
  }

  /** Undefined when the list has no rule. */
  private policyChainOf(endpoint: EndpointView, direction: Direction): string | undefined {
    const list = endpoint[direction]
    const key = JSON.stringify([
      direction,
      list.tiers.map((tier) => [tier.name, tier.defaultAction, tier.policies.map((policy) => policy.name)]),
      list.profiles.map((profile) => profile.name),
      isShareable(list, direction) ? '' : endpoint.endpoint.name,
    ])
    const shared = this.shared.get(key)
    if (shared !== undefined) return shared
    const { chains, maps } = policyChains({
      list,
      direction,
      chain: policyChain(direction, endpoint.endpoint.name),
      denial: denialOf(endpoint, direction),
      compile: (rule, place) => this.compileRule(rule, { ...place, direction }),
    })
    const [driver] = chains
    if (driver === undefined || driver.rules.length === 0) return undefined
    this.chains.push(...chains)
    this.maps.push(...maps)
    this.shared.set(key, driver.name)
    return driver.name
  }

  private compileRule(rule: PolicyRule, place: RulePlace): readonly Rule[] {
    const origin = `${place.kind}/${place.name} ${place.direction}[${place.index}]`
    const counter = ruleCounter(place)
    const comment = commentText(origin)
    const verdicts = { allow: accept, pass: { type: 'return' } } as const
    const rules = compileRule(rule, { peers: this.view.peers, counter, comment, verdicts })
    if (rules.length > 0) {
      this.counted.set(counter, { type: 'rule', ...place, action: rule.action, origin })
      this.origins.set(comment, rule.span)
    }
    return rules
  }
}

interface RulePlace {
  readonly kind: string
  readonly name: string
  readonly direction: Direction
  readonly index: number
}

/** A rule that is left out for a family leaves its sets unused, too. */
function setsUsedBy(chains: readonly Chain[]): ReadonlySet<string> {
  const matches = chains.flatMap((chain) => chain.rules).flatMap((rule) => rule.matches)
  return new Set(
    matches.flatMap((match) => (match.type === 'address' && match.among.type === 'set' ? [match.among.name] : [])),
  )
}

function byName<T extends { readonly name: string }>(objects: readonly T[]): ReadonlyMap<string, T> {
  return new Map(objects.map((object) => [object.name, object]))
}
