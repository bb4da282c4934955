/** What stands in a zone or policy of firewalld -> rules, in the order in which firewalld asks them. */

import { type Family, families } from '../net/family.ts'
import { choose } from './choice.ts'
import type { FilterRule, FilterSet, FilterVerdict, Loss, Place } from './filter.ts'
import { type Services, wordMatches } from './firewalld-service.ts'
import { bothOfAny, listOf, type Match } from './match.ts'
import { readAddressList, readIcmp } from './read-values.ts'
import { childrenOf, type Element } from './read-xml.ts'

export interface FirewalldContext {
  readonly services: Services
  readonly sets: ReadonlyMap<string, FilterSet>
  readonly losses: Loss[]
  /** Packets that forward-ports make are noted there. */
  readonly rewritten: Match[]
}

export interface Ordered {
  readonly rules: readonly FilterRule[]
  /** icmp-block-inversion: ICMP that no rule accepts is refused. */
  readonly refusesIcmp: boolean
}

interface Ranked {
  /** -1: asked before those of the categories; 1: after them. */
  readonly stage: -1 | 0 | 1
  readonly priority: number
  /** log, deny, allow. */
  readonly category: 0 | 1 | 2
  readonly rule: FilterRule
}

export function firewalldRules(element: Element, context: FirewalldContext): Ordered {
  const inverted = childrenOf(element, 'icmp-block-inversion').length > 0
  const ranked = element.children.flatMap((child) => readChild(child, context, inverted ? 'accept' : 'reject'))
  const order = (one: Ranked): readonly number[] => [
    one.stage,
    one.stage === 0 ? 0 : one.priority,
    one.stage === 0 ? one.category : 0,
  ]
  const rules = [...ranked].sort((a, b) => {
    const at = order(a).findIndex((value, index) => value !== order(b)[index])
    return at === -1 ? 0 : (order(a)[at] ?? 0) - (order(b)[at] ?? 0)
  })
  return { rules: rules.map(({ rule }) => rule), refusesIcmp: inverted }
}

function readChild(child: Element, context: FirewalldContext, icmpBlock: 'accept' | 'reject'): readonly Ranked[] {
  if (child.name === 'rule') return readRich(child, context)
  if (child.name === 'icmp-block') return plain(child, icmpBlock, icmpMatches(child, families))
  const matches = elementMatches(child, context)
  if (matches !== undefined) return plain(child, 'accept', matches)
  if (child.name === 'masquerade' || child.name === 'forward-port') noteNat(child, [{}], context)
  return []
}

function plain({ span }: Element, type: 'accept' | 'reject', matches: readonly Match[]): readonly Ranked[] {
  const rule = { matches, verdict: { type }, logs: false, comment: undefined, span }
  return [{ stage: 0, priority: 0, category: type === 'accept' ? 2 : 1, rule }]
}

/** Undefined for elements that ask for no packets. */
function elementMatches(child: Element, { services }: FirewalldContext): readonly Match[] | undefined {
  const { attributes, span } = child
  switch (child.name) {
    case 'service':
      return services.matches(attributes.name ?? '', span)
    case 'port':
      return wordMatches(`${attributes.port}/${attributes.protocol}`)
    case 'source-port':
      return wordMatches(`<${attributes.port}/${attributes.protocol}`)
    case 'protocol':
      return wordMatches(attributes.value ?? '')
    case 'icmp-type':
      return icmpMatches(child, families)
    default:
      return undefined
  }
}

function icmpMatches({ attributes }: Element, of: readonly Family[]): readonly Match[] {
  const found = of.flatMap((family) => {
    const list = readIcmp(attributes.name ?? '', family)
    return list === undefined ? [] : [{ family, protocol: choose(family === 4 ? 1 : 58), icmp: list }]
  })
  return found.length === 0 ? [{ beyond: [`ICMP ${attributes.name}`] }] : found
}

/** @param asked what a rich rule asks beside */
function noteNat(
  { name, attributes, span }: Element,
  asked: readonly Match[],
  { losses, rewritten }: FirewalldContext,
): void {
  if (name === 'masquerade') {
    losses.push({ effect: 'no packet', reason: 'masquerading is not policy: leave it to nftables', span })
    return
  }
  const address = attributes['to-addr']
  const to = `${attributes['to-port'] ?? attributes.port}/${attributes.protocol}`
  const where = address === undefined ? 'this host' : address
  losses.push({ effect: 'no packet', reason: `the forwarding to ${where} is not policy: leave it to nftables`, span })
  const destinations: readonly Match[] =
    address === undefined
      ? [{ destinationType: choose('local' as const) }]
      : families.flatMap((family) => {
          const list = listOf(readAddressList([address], family) ?? [])
          return list.intervals.length === 0 ? [] : [{ family, destination: { among: list, not: [] } }]
        })
  const sources = asked.map(({ family, source }) => ({
    ...(family === undefined ? {} : { family }),
    ...(source === undefined ? {} : { source }),
  }))
  rewritten.push(...bothOfAny(bothOfAny(wordMatches(to), destinations), sources))
}

function readRich(rich: Element, context: FirewalldContext): readonly Ranked[] {
  const priority = Number(rich.attributes.priority ?? 0)
  const stage = priority < 0 ? -1 : priority > 0 ? 1 : 0
  const sides = sideMatches(rich, context)
  const [subject] = childrenOf(rich, 'service', 'port', 'source-port', 'protocol', 'icmp-type', 'icmp-block')
  const family = rich.attributes.family
  const icmpFamilies: readonly Family[] = family === undefined ? families : [family === 'ipv6' ? 6 : 4]
  const asked =
    subject === undefined
      ? [{}]
      : subject.name.startsWith('icmp')
        ? icmpMatches(subject, icmpFamilies)
        : (elementMatches(subject, context) ?? [{}])
  const matches = bothOfAny(sides, asked)
  for (const nat of childrenOf(rich, 'masquerade', 'forward-port')) noteNat(nat, matches, context)
  const [log] = childrenOf(rich, 'log', 'nflog')
  const [action] = childrenOf(rich, 'accept', 'reject', 'drop', 'mark')
  const verdict = verdictOf(action, subject)
  if (action?.name === 'mark')
    context.losses.push({ effect: 'no packet', reason: 'policies set no marks', span: rich.span })
  const make = (category: 0 | 1 | 2, rule: Pick<FilterRule, 'verdict' | 'logs'>): Ranked => ({
    stage,
    priority,
    category,
    rule: { matches: withLimit(matches, rule.logs ? undefined : action), comment: undefined, span: rich.span, ...rule },
  })
  return [
    ...(log === undefined ? [] : [make(0, { verdict: undefined, logs: true })]),
    ...(verdict === undefined ? [] : [make(verdict.type === 'accept' ? 2 : 1, { verdict, logs: false })]),
  ]
}

function verdictOf(action: Element | undefined, subject: Element | undefined): FilterVerdict | undefined {
  const type = action?.name ?? (subject?.name === 'icmp-block' ? 'reject' : undefined)
  return type === 'accept' || type === 'reject' || type === 'drop' ? { type } : undefined
}

function withLimit(matches: readonly Match[], action: Element | undefined): readonly Match[] {
  if (action === undefined || childrenOf(action, 'limit').length === 0) return matches
  return matches.map((match) => ({ ...match, beyond: [...(match.beyond ?? []), 'a rate limit'] }))
}

function sideMatches(rich: Element, context: FirewalldContext): readonly Match[] {
  const family = rich.attributes.family
  const of: readonly Match[] = family === undefined ? [{}] : [{ family: family === 'ipv6' ? 6 : 4 }]
  return childrenOf(rich, 'source', 'destination').reduce(
    (found, side) => bothOfAny(found, addressMatches(side, context)),
    of,
  )
}

/** Of `source` and `destination`, in zones and in rich rules: an address, a set or a hardware address. */
export function addressMatches(side: Element, { sets }: Pick<FirewalldContext, 'sets'>): readonly Match[] {
  const { address, ipset, mac, invert } = side.attributes
  const negated = /^(yes|true|1)$/i.test(invert ?? '')
  const set = sets.get(ipset ?? '')
  const nets = address === undefined ? set?.nets : [address]
  if (nets === undefined)
    return [{ beyond: [mac === undefined ? `the set ${ipset}, which no file here holds` : 'hardware addresses'] }]
  return families.flatMap((family): Match[] => {
    const intervals = readAddressList(nets, family) ?? []
    if (intervals.length === 0) return []
    const list = { ...listOf(intervals), set: address === undefined ? ipset : undefined }
    return [{ family, [side.name]: negated ? { among: undefined, not: [list] } : { among: list, not: [] } }]
  })
}

export function placedRule(matches: readonly Match[], verdict: FilterVerdict, span: Place): FilterRule {
  return { matches, verdict, logs: false, comment: undefined, span }
}
