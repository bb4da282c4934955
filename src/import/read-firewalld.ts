/**
 * Zones, policies, services and sets of firewalld (1.x, nftables) -> the chains that it would load:
 *
 *   input, forward:  known connections, rewritten packets, loopback; by source, then by interface, to the chain of a zone; else refused
 *   zone:            policies of negative priority; rules; policies of positive priority; the zone's target
 */

import { basename } from 'node:path'
import type { Source } from '../diagnostic/source.ts'
import { families } from '../net/family.ts'
import { choose } from './choice.ts'
import type { Filter, FilterRule, FilterSet, FilterVerdict, Loss, Place } from './filter.ts'
import { firewalldStart, refuse, refusedTunnels } from './firewalld-frame.ts'
import { addressMatches, type FirewalldContext, firewalldRules, placedRule } from './firewalld-rules.ts'
import { Services } from './firewalld-service.ts'
import { shippedZone } from './firewalld-zones.ts'
import { bothOfAny, type Match } from './match.ts'
import { childrenOf, type Element, readXml } from './read-xml.ts'

/** A text says which file cannot be read, and why. */
export function readFirewalld(sources: readonly Source[]): Filter | string {
  const files: { readonly name: string; readonly root: Element }[] = []
  for (const source of sources.filter(({ path }) => !path.endsWith('.conf'))) {
    const root = readXml(source)
    if (typeof root === 'string') return `${source.path}: ${root}: give the file as firewalld reads it`
    files.push({ name: basename(source.path, '.xml'), root })
  }
  const of = (kind: string): ReadonlyMap<string, Element> =>
    new Map(files.filter(({ root }) => root.name === kind).map(({ name, root }) => [name, root]))
  const configuration = sources.find(({ path }) => path.endsWith('.conf'))
  return new FirewalldReader(of, configuration).read()
}

class FirewalldReader {
  private readonly chains = new Map<string, readonly FilterRule[]>()
  private readonly losses: Loss[] = []
  private readonly rewritten: Match[] = []
  private readonly sets: ReadonlyMap<string, FilterSet>
  private readonly context: FirewalldContext
  private readonly zones: ReadonlyMap<string, Element>
  private readonly policies: readonly (readonly [string, Element])[]
  private readonly defaultZone: string
  private readonly configuration: Source | undefined
  private readonly tunnels: readonly FilterRule[]

  constructor(of: (kind: string) => ReadonlyMap<string, Element>, configuration: Source | undefined) {
    this.configuration = configuration
    this.tunnels = /^RFC3964_IPv4=(no|false)/m.test(configuration?.text ?? '') ? [] : refusedTunnels()
    this.defaultZone = /^DefaultZone=(\S+)/m.exec(configuration?.text ?? '')?.[1] ?? 'public'
    this.sets = new Map([...of('ipset')].flatMap(([name, set]) => this.set(name, set)))
    const services = new Services(of('service'), this.losses)
    this.context = { services, sets: this.sets, losses: this.losses, rewritten: this.rewritten }
    const given = of('zone')
    this.zones = new Map([...shippedZone(this.defaultZone), ...given].sort(byName))
    for (const [name, direct] of of('direct')) this.direct(name, direct)
    this.policies = [...of('policy')].sort(
      ([a, left], [b, right]) => priorityOf(left) - priorityOf(right) || (a < b ? -1 : 1),
    )
  }

  read(): Filter {
    if (this.configuration === undefined)
      this.losses.push({
        effect: 'may differ',
        reason: `firewalld.conf was not given: the default zone is taken to be ${this.defaultZone}`,
        span: undefined,
      })
    for (const [name, zone] of this.zones) this.zone(name, zone)
    for (const [name, policy] of this.policies) this.policy(name, policy)
    for (const hook of ['input', 'forward'] as const) {
      const ends = this.zoneDispatch(hook)
      this.chains.set(hook, [
        ...firewalldStart('iif', this.rewritten),
        ...(hook === 'forward' ? this.tunnels : []),
        ...ends,
        refuse([{}]),
      ])
    }
    this.chains.set('output', [
      ...firewalldStart('oif', []),
      ...this.tunnels,
      ...this.dispatch('output', 'before'),
      ...this.dispatch('output', 'after'),
    ])
    const bases = (['input', 'forward', 'output'] as const).map((hook) => ({
      hook,
      chain: hook,
      policy: 'accept' as const,
      family: undefined,
    }))
    if (/^IPv6_rpfilter=(yes|true)/m.test(this.configuration?.text ?? 'IPv6_rpfilter=yes'))
      this.losses.push({
        effect: 'allows more',
        reason:
          'IPv6_rpfilter: IPv6 packets whose sender is not reached by the interface they come in by are not dropped',
        span: undefined,
      })
    return {
      families,
      bases,
      chains: this.chains,
      sets: [...this.sets.values()],
      rewritten: this.rewritten,
      losses: this.losses,
    }
  }

  /** Rules past zones and policies, in the words of iptables. */
  private direct(name: string, direct: Element): void {
    if (direct.children.length === 0) return
    const reason = `${name}: direct rules are not read: give iptables-save, which has them, or write them as policies`
    this.losses.push({ effect: 'may differ', reason, span: direct.span })
  }

  private set(name: string, set: Element): readonly [string, FilterSet][] {
    const type = set.attributes.type ?? ''
    const nets = childrenOf(set, 'entry').map(({ text }) => text)
    if (type === 'hash:ip' || type === 'hash:net') return [[name, { name, nets, span: set.span }]]
    this.losses.push({
      effect: 'may differ',
      reason: `the set ${name} is of type ${type}: policies know sets of addresses`,
      span: set.span,
    })
    return []
  }

  private zone(name: string, zone: Element): void {
    const { rules, refusesIcmp } = firewalldRules(zone, this.context)
    const { span } = zone
    const target = zone.attributes.target ?? 'default'
    const end = this.targetVerdict(target, span)
    const icmp =
      target === 'default' && !refusesIcmp ? [placedRule([{ protocol: choose(1, 58) }], { type: 'accept' }, span)] : []
    const within =
      childrenOf(zone, 'forward').length === 0
        ? []
        : this.members(zone, 'egress').map((match) => placedRule([match], { type: 'accept' }, span))
    this.chains.set(`input ${name}`, [
      ...this.dispatch('input', 'before'),
      ...rules,
      ...this.dispatch('input', 'after'),
      ...icmp,
      placedRule([{}], end, span),
    ])
    this.chains.set(`forward ${name}`, [
      ...this.dispatch('forward', 'before'),
      ...within,
      ...this.dispatch('forward', 'after'),
      placedRule([{}], end, span),
    ])
  }

  private policy(name: string, policy: Element): void {
    const target = policy.attributes.target ?? 'CONTINUE'
    const end = target === 'CONTINUE' ? [] : [placedRule([{}], this.targetVerdict(target, policy.span), policy.span)]
    for (const zone of childrenOf(policy, 'ingress-zone', 'egress-zone')) this.zoneOfPolicy(zone)
    this.chains.set(`policy ${name}`, [...firewalldRules(policy, this.context).rules, ...end])
  }

  private targetVerdict(target: string, span: Place): FilterVerdict {
    if (!targets.has(target))
      this.losses.push({
        effect: 'may differ',
        reason: `the target ${target} is none of firewalld's, and taken for a reject: ${[...targets].join(', ')}`,
        span,
      })
    return { type: target === 'ACCEPT' ? 'accept' : target === 'DROP' ? 'drop' : 'reject' }
  }

  /** What comes in by interfaces that no file names is known to be of the default zone, but to no policy. */
  private zoneOfPolicy({ attributes, span }: Element): void {
    const { name = '' } = attributes
    if (name === 'ANY' || name === 'HOST') return
    const zone = this.zones.get(name)
    if (zone !== undefined && name !== this.defaultZone && this.members(zone, 'ingress').length > 0) return
    const reason = `of the zone ${name} only what its file names is meant here: write its interfaces or sources into zones/${name}.xml`
    this.losses.push({ effect: 'may differ', reason, span })
  }

  /** The packets of a zone, as they come in or leave. */
  private members(zone: Element, way: 'ingress' | 'egress'): readonly Match[] {
    const sources = childrenOf(zone, 'source').flatMap((source) =>
      addressMatches({ ...source, name: way === 'ingress' ? 'source' : 'destination' }, this.context),
    )
    const interfaces = childrenOf(zone, 'interface').map(({ attributes }) =>
      choose((attributes.name ?? '').replace(/\+$/, '*')),
    )
    return [...sources, ...interfaces.map((choice): Match => (way === 'ingress' ? { iif: choice } : { oif: choice }))]
  }

  private zoneDispatch(hook: 'input' | 'forward'): readonly FilterRule[] {
    const all = [...this.zones].flatMap(([name, zone]) =>
      this.members(zone, 'ingress').map((match) => ({
        name,
        match,
        span: zone.span,
        bySource: match.source !== undefined || match.beyond !== undefined,
      })),
    )
    const ordered = [...all.filter(({ bySource }) => bySource), ...all.filter(({ bySource }) => !bySource)]
    const last = this.zones.get(this.defaultZone)
    return [
      ...ordered.map(({ name, match, span }) => placedRule([match], { type: 'goto', chain: `${hook} ${name}` }, span)),
      ...(last === undefined
        ? []
        : [placedRule([{}], { type: 'goto', chain: `${hook} ${this.defaultZone}` }, last.span)]),
    ]
  }

  /** To the policies between zones that are asked before the rules of a zone, or after them. */
  private dispatch(hook: 'input' | 'forward' | 'output', when: 'before' | 'after'): readonly FilterRule[] {
    return this.policies.flatMap(([name, policy]) => {
      if (priorityOf(policy) < 0 !== (when === 'before')) return []
      const from = childrenOf(policy, 'ingress-zone').map(({ attributes }) => attributes.name ?? '')
      const to = childrenOf(policy, 'egress-zone').map(({ attributes }) => attributes.name ?? '')
      const own = to.includes('HOST') ? 'input' : from.includes('HOST') ? 'output' : 'forward'
      if (own !== hook) return []
      const matches = bothOfAny(this.sideOf(from, 'ingress'), this.sideOf(to, 'egress'))
      return matches.length === 0 ? [] : [placedRule(matches, { type: 'jump', chain: `policy ${name}` }, policy.span)]
    })
  }

  private sideOf(zones: readonly string[], way: 'ingress' | 'egress'): readonly Match[] {
    if (zones.includes('ANY') || zones.includes('HOST')) return [{}]
    return zones.flatMap((name) => {
      const zone = this.zones.get(name)
      return zone === undefined ? [] : this.members(zone, way)
    })
  }
}

const targets: ReadonlySet<string> = new Set(['default', 'ACCEPT', 'DROP', 'REJECT', '%%REJECT%%'])

function priorityOf({ attributes }: Element): number {
  return Number(attributes.priority ?? -1)
}

function byName([a]: readonly [string, Element], [b]: readonly [string, Element]): number {
  return a < b ? -1 : 1
}
