/** `nft -j list ruleset` -> a filter of both families. */

import type { Source } from '../diagnostic/source.ts'
import { families } from '../net/family.ts'
import { choose } from './choice.ts'
import { type BaseChain, type Filter, type FilterRule, type FilterSet, hooks, type Loss, type Place } from './filter.ts'
import { listOf, type Match } from './match.ts'
import { at, familyOf, type Json, listOfJson, textAt, wordOf } from './nft-json.ts'
import { readNftRule } from './nft-rule.ts'
import { readAddressRange, readPortList } from './read-values.ts'

/** @param listing as parsed from the source's text */
export function readNft(source: Source, listing: Json): Filter {
  const reader = new NftReader(source, listOfJson(at(listing, 'nftables')))
  return reader.read()
}

class NftReader {
  private readonly source: Source
  private readonly objects: readonly Json[]
  private readonly chains = new Map<string, FilterRule[]>()
  private readonly bases: (BaseChain & { readonly priority: number })[] = []
  private readonly others = new Map<string, string[]>()
  /** Base chains that are not carried over. */
  private readonly early = new Set<string>()
  private readonly elements = new Map<string, readonly Json[]>()
  private readonly sets = new Map<string, FilterSet>()
  private readonly losses: Loss[] = []
  private readonly rewritten: Match[] = []

  constructor(source: Source, objects: readonly Json[]) {
    this.source = source
    this.objects = objects.filter((object) => !isOurs(object))
  }

  read(): Filter {
    for (const object of this.objects) {
      const chain = at(object, 'chain')
      const set = at(object, 'set') ?? at(object, 'map')
      if (chain !== undefined) this.chain(chain)
      if (set !== undefined) this.set(set)
    }
    const places = this.places()
    const rules = this.objects.flatMap((object) => at(object, 'rule') ?? [])
    for (const [index, rule] of rules.entries())
      this.rule(rule, { ...(places[index] ?? this.whole()), within: withinOf(rule) })
    for (const [table, chains] of this.others)
      this.losses.push({
        effect: 'no packet',
        reason: `of table ${table} these chains are not policy and stay where they are, keep loading them: ${chains.join(', ')}`,
        span: undefined,
      })
    const bases = [...this.bases].sort((a, b) => a.priority - b.priority)
    const sets = [...this.sets.values()]
    return { families, bases, chains: this.chains, sets, rewritten: this.rewritten, losses: this.losses }
  }

  private chain(chain: Json): void {
    const [key, family, type, hook] = [
      keyOf(chain, 'name'),
      textAt(chain, 'family'),
      textAt(chain, 'type'),
      textAt(chain, 'hook'),
    ]
    this.chains.set(key, [])
    if (hook === '') return
    const own = hooks.find((one) => one === hook)
    if (type !== 'filter' || own === undefined || !['ip', 'ip6', 'inet'].includes(family)) {
      const table = `${family} ${textAt(chain, 'table')}`
      this.others.set(table, [...(this.others.get(table) ?? []), `${textAt(chain, 'name')} (${type} at ${hook})`])
      this.early.add(key)
      if (textAt(chain, 'policy') === 'drop')
        this.losses.push({
          effect: 'allows more',
          reason: `what chain ${key} drops by its policy is dropped only while it is loaded`,
          span: undefined,
        })
    } else {
      const policy = textAt(chain, 'policy') === 'drop' ? 'drop' : 'accept'
      this.bases.push({ hook: own, chain: key, policy, family: familyOf(family), priority: Number(at(chain, 'prio')) })
    }
  }

  private set(set: Json): void {
    const name = textAt(set, 'name')
    const elements = listOfJson(at(set, 'elem'))
    this.elements.set(keyOf(set, 'name'), elements)
    const type = at(set, 'type')
    if ((type !== 'ipv4_addr' && type !== 'ipv6_addr') || at(set, 'map') !== undefined) return
    const nets = elements.flatMap((element) => wordOf(element) ?? [])
    // two tables may have sets of one name and different content
    const known = this.sets.get(name)
    if (known === undefined || JSON.stringify(known.nets) === JSON.stringify(nets))
      this.sets.set(name, { name, nets, span: this.whole() })
    else this.sets.set(name, { ...known, nets: [...known.nets, 'different'] })
    if (at(set, 'timeout') !== undefined || elements.length === 0)
      this.losses.push({
        effect: 'may differ',
        reason: `the set ${name} changes while the firewall runs: it is carried over as it is listed`,
        span: undefined,
      })
  }

  private rule(rule: Json, place: Place): void {
    const key = keyOf(rule, 'chain')
    const [family, table] = [textAt(rule, 'family'), textAt(rule, 'table')]
    const expressions = listOfJson(at(rule, 'expr'))
    const read = readNftRule(expressions, {
      elements: (name) => this.elements.get(`${family} ${table} ${name}`),
      isAddressSet: (name) => this.sets.get(name)?.nets.every((net) => readAddressRange(net) !== undefined) ?? false,
      chain: (name) => `${family} ${table} ${name}`,
      place,
      comment: textAt(rule, 'comment') || undefined,
    })
    this.chains.get(key)?.push(...read)
    this.rewrites(expressions, read)
    if (!this.early.has(key) || !read.some(({ verdict }) => verdict?.type === 'drop' || verdict?.type === 'reject'))
      return
    this.losses.push({
      effect: 'allows more',
      reason: `what a chain before the filter drops is dropped only while it is loaded`,
      span: place,
    })
  }

  /** Packets of destination NAT, as the filter sees them. */
  private rewrites(expressions: readonly Json[], read: readonly FilterRule[]): void {
    const nat = expressions.flatMap((expression) => at(expression, 'dnat') ?? at(expression, 'redirect') ?? [])[0]
    if (nat === undefined) return
    const address = wordOf(at(nat, 'addr') ?? null)
    const to = address === undefined ? undefined : readAddressRange(address)
    const ports = readPortList([wordOf(at(nat, 'port') ?? null) ?? ''])
    for (const { family: asked, protocol, destinationPorts } of read.flatMap(({ matches }) => matches)) {
      const family = to?.family ?? asked
      this.rewritten.push({
        ...(family === undefined ? {} : { family }),
        ...(to === undefined
          ? { destinationType: choose('local' as const) }
          : { destination: { among: listOf([to]), not: [] } }),
        ...(protocol === undefined ? {} : { protocol }),
        ...(protocol === undefined
          ? {}
          : { destinationPorts: ports ?? destinationPorts ?? [{ from: 1n, to: 65535n }] }),
      })
    }
  }

  /** Of each rule, in the order in which they stand in the text. */
  private places(): readonly Place[] {
    const starts = [...this.source.text.matchAll(/\{\s*"rule"\s*:/g)].map(({ index }) => index)
    const all = starts.map((start, at) => ({
      source: this.source,
      start,
      end: starts[at + 1] ?? this.source.text.length,
    }))
    return all.filter(
      ({ start, end }) => !/"family":\s*"inet",\s*"table":\s*"rampart"/.test(this.source.text.slice(start, end)),
    )
  }

  private whole(): Place {
    return { source: this.source, start: 0, end: this.source.text.length }
  }
}

/** `table inet rampart` is what the policies become. */
function isOurs(object: Json): boolean {
  const [inner = null] = typeof object === 'object' && object !== null ? Object.values(object) : []
  const table = textAt(inner, 'table') || (at(object, 'table') === undefined ? '' : textAt(inner, 'name'))
  return textAt(inner, 'family') === 'inet' && table === 'rampart'
}

function keyOf(object: Json, name: 'name' | 'chain'): string {
  return `${textAt(object, 'family')} ${textAt(object, 'table')} ${textAt(object, name)}`
}

function withinOf(rule: Json): string {
  return `${keyOf(rule, 'chain')}, handle ${at(rule, 'handle')}`
}
