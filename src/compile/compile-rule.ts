/** One rule of a policy as nftables rules: none, one for both families, or one a family. */

import { type Family, families } from '../net/family.ts'
import type { NamedPorts } from '../policy/host-view.ts'
import type { PolicyRule } from '../policy/rule.ts'
import { type Match, makeRule, type Rule, type Statement, type Verdict } from '../ruleset/rule.ts'
import { addressAlternatives, type PeerContext } from './address-alternatives.ts'
import { keepPortsApart } from './keep-ports-apart.ts'
import { portAlternatives } from './port-matches.ts'
import { spreadLists } from './spread-lists.ts'

export interface RuleContext extends PeerContext {
  readonly namedPorts: Pick<ReadonlyMap<string, NamedPorts>, 'get'>
  readonly verdicts: RuleVerdicts
  /** Of a Log rule, which few policies have. */
  readonly log: () => { readonly prefix: string; readonly limit: Statement }
}

/** What the actions of a rule come to, where it stands. */
export interface RuleVerdicts {
  readonly allow: Verdict
  readonly deny: Verdict
  readonly pass: Verdict
}

/** How the table names a rule. */
export interface RuleNames {
  readonly counter: string
  readonly comment: string
}

export function compileRule(rule: PolicyRule, context: RuleContext, { counter, comment }: RuleNames): readonly Rule[] {
  const alternatives = ruleAlternatives(rule, context).flatMap(spreadLists)
  if (alternatives.length === 0) return []
  const { statements, verdict } = action(rule, context, counter)
  return alternatives.map((matches) => ({ matches, statements, verdict, comment }))
}

/** For a list that is only tried out: without counter and comment, and nothing for a Log. */
export function compileSilently(
  rule: PolicyRule,
  context: Pick<RuleContext, 'peers' | 'mostIntervals' | 'namedPorts' | 'verdicts'>,
): readonly Rule[] {
  const { action: name } = rule
  if (name === 'Log') return []
  const verdict = { Allow: context.verdicts.allow, Deny: context.verdicts.deny, Pass: context.verdicts.pass }[name]
  const alternatives = ruleAlternatives(rule, context).flatMap(spreadLists)
  return alternatives.map((matches) => makeRule({ matches, verdict }))
}

function action(rule: PolicyRule, { verdicts, log }: RuleContext, name: string): Pick<Rule, 'statements' | 'verdict'> {
  const counter: Statement = { type: 'counter', name }
  switch (rule.action) {
    case 'Allow':
      return { statements: [counter], verdict: verdicts.allow }
    case 'Deny':
      return { statements: [counter], verdict: verdicts.deny }
    case 'Pass':
      return { statements: [counter], verdict: verdicts.pass }
    case 'Log': {
      const { prefix, limit } = log()
      return { statements: [counter, limit, { type: 'log', prefix }], verdict: undefined }
    }
  }
}

/** Under which the rule matches, no two at once, as few as can be; none when it can not. */
export function ruleAlternatives(
  rule: PolicyRule,
  context: Pick<RuleContext, 'peers' | 'mostIntervals' | 'namedPorts'>,
): readonly (readonly Match[])[] {
  if (rule.protocol !== undefined && rule.protocol === rule.notProtocol) return []
  const wanted = families.filter((family) => rule.ipVersion === undefined || rule.ipVersion === family)
  const perFamily = wanted.flatMap((family) => {
    const alternatives = addressAlternatives(rule, family, context)
    if (alternatives.length === 0) return []
    const transports = portAlternatives(rule, family, context.namedPorts).map((ports) => transportMatches(rule, ports))
    return alternatives.flatMap((addresses) => transports.map((transport) => ({ family, addresses, transport })))
  })
  const limits = timeMatches(rule)
  const [first] = perFamily
  if (first !== undefined && perFamily.length === families.length && perFamily.every(isFamilyFree))
    return [[...first.transport, ...limits]]
  return perFamily.map(({ family, addresses, transport }) => {
    const implied =
      addresses.length > 0 ||
      transport.some((match) => match.type === 'lookup' || (match.type === 'icmp' && match.family === family))
    // last, because nft does not list a family that stands before `meta l4proto icmp`
    return [...cheapFirst(addresses, transport), ...(implied ? [] : [{ type: 'family', family } as const]), ...limits]
  })
}

/**
 * What a packet most often fails in, and what costs least, comes first: a comparison costs 15 to 50 ns, an address in a network
 * twice what a port costs, a lookup in a set 65 to 250 (kernel 6.18).
 */
function cheapFirst(addresses: readonly Match[], transport: readonly Match[]): readonly Match[] {
  const compared = addresses.filter((match) => !isLookup(match))
  const looked = addresses.filter(isLookup)
  if (!canComeFirst(transport, addresses)) return [...compared, ...looked, ...transport]
  return transport.some(isLookup) ? [...compared, ...transport, ...looked] : [...transport, ...compared, ...looked]
}

/** nft lists a lookup of named ports otherwise behind a protocol, and refuses addresses of the other family behind ICMP's details. */
function canComeFirst(transport: readonly Match[], addresses: readonly Match[]): boolean {
  return !transport.some(
    (match) =>
      match.type === 'lookup' ||
      (match.type === 'icmp' && addresses.some((other) => other.type === 'address' && other.family !== match.family)),
  )
}

function isLookup(match: Match): boolean {
  if (match.type === 'address') return match.among.type !== 'literal' || match.among.elements.length > 1
  if (match.type === 'icmp') return match.code !== undefined
  return match.type === 'port' && match.ranges.length > 1
}

/** The kernel itself ends what expires: nobody has to be there, and no table of before brings it back. */
function timeMatches({ expires }: PolicyRule): readonly Match[] {
  return expires === undefined ? [] : [{ type: 'time', before: Math.floor(expires.at.getTime() / 1000) }]
}

function isFamilyFree(part: { readonly addresses: readonly Match[]; readonly transport: readonly Match[] }): boolean {
  return part.addresses.length === 0 && !part.transport.some((match) => match.type === 'lookup')
}

/**
 * Lookups come first: behind a match of the protocol nft lists their ports as that protocol's.
 * @param ports of one alternative; a positive match of ports or ICMP implies the protocol
 */
function transportMatches(rule: PolicyRule, ports: readonly Match[]): readonly Match[] {
  const { protocol, notProtocol } = rule
  const lookups = ports.filter((match) => match.type === 'lookup')
  const numbers = keepPortsApart(ports.filter((match) => match.type === 'port'))
  if (protocol === undefined) {
    return notProtocol === undefined
      ? ports
      : [...lookups, { type: 'protocol', protocols: [notProtocol], negated: true }]
  }
  const details = [...numbers, ...icmpMatches(rule, protocol)]
  const implied = details.length > 0 || lookups.some((match) => !match.negated)
  return [...lookups, ...(implied ? details : [{ type: 'protocol', protocols: [protocol], negated: false } as const])]
}

function icmpMatches(rule: PolicyRule, protocol: number): readonly Match[] {
  if (rule.icmp === undefined && rule.notIcmp === undefined) return []
  const family: Family = protocol === 58 ? 6 : 4
  const pairs = [
    { icmp: rule.icmp, negated: false },
    { icmp: rule.notIcmp, negated: true },
  ]
  return pairs.flatMap(({ icmp, negated }) =>
    icmp === undefined ? [] : [{ type: 'icmp', family, types: [icmp.type], code: icmp.code, negated }],
  )
}
