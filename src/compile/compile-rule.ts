/** One rule of a policy as nftables rules: none, one for both families, or one a family. */

import { printAddress } from '../net/address.ts'
import { type Cidr, cidrInterval } from '../net/cidr.ts'
import { type Family, families } from '../net/family.ts'
import { mergeIntervals } from '../net/interval.ts'
import type { NamedPorts, Peers } from '../policy/host-view.ts'
import type { EntityRule, PolicyRule } from '../policy/rule.ts'
import { addressElement } from '../ruleset/named-set.ts'
import { type Match, makeRule, type Rule, type Statement, type Verdict } from '../ruleset/rule.ts'
import { printSelector } from '../selector/print-selector.ts'
import type { Selector } from '../selector/selector.ts'
import { keepPortsApart } from './keep-ports-apart.ts'
import { peerSet } from './names.ts'
import { portAlternatives } from './port-matches.ts'

export interface RuleContext {
  readonly peers: ReadonlyMap<string, Peers>
  readonly namedPorts: ReadonlyMap<string, NamedPorts>
  readonly counter: string
  readonly comment: string
  readonly verdicts: RuleVerdicts
  /** Of a Log rule. */
  readonly log: { readonly prefix: string; readonly limit: Statement }
}

/** What the actions of a rule come to, where it stands. */
export interface RuleVerdicts {
  readonly allow: Verdict
  readonly deny: Verdict
  readonly pass: Verdict
}

export function compileRule(rule: PolicyRule, context: RuleContext): readonly Rule[] {
  const end = action(rule, context)
  return matchesOf(rule, context).map((matches) => ({ matches, ...end, comment: context.comment }))
}

/** For a list that is only tried out: without counter and comment, and nothing for a Log. */
export function compileSilently(
  rule: PolicyRule,
  context: Pick<RuleContext, 'peers' | 'namedPorts' | 'verdicts'>,
): readonly Rule[] {
  const { action: name } = rule
  if (name === 'Log') return []
  const verdict = { Allow: context.verdicts.allow, Deny: context.verdicts.deny, Pass: context.verdicts.pass }[name]
  return matchesOf(rule, context).map((matches) => makeRule({ matches, verdict }))
}

function action(rule: PolicyRule, { counter: name, verdicts, log }: RuleContext): Pick<Rule, 'statements' | 'verdict'> {
  const counter: Statement = { type: 'counter', name }
  switch (rule.action) {
    case 'Allow':
      return { statements: [counter], verdict: verdicts.allow }
    case 'Deny':
      return { statements: [counter], verdict: verdicts.deny }
    case 'Pass':
      return { statements: [counter], verdict: verdicts.pass }
    case 'Log':
      return { statements: [counter, log.limit, { type: 'log', prefix: log.prefix }], verdict: undefined }
  }
}

/** The alternatives under which the rule matches, no two at once; none when it can not. */
function matchesOf(
  rule: PolicyRule,
  context: Pick<RuleContext, 'peers' | 'namedPorts'>,
): readonly (readonly Match[])[] {
  if (rule.protocol !== undefined && rule.protocol === rule.notProtocol) return []
  const wanted = families.filter((family) => rule.ipVersion === undefined || rule.ipVersion === family)
  const perFamily = wanted.flatMap((family) => {
    const addresses = addressMatches(rule, family, context.peers)
    if (addresses === undefined) return []
    const ports = portAlternatives(rule, family, context.namedPorts)
    return ports.map((alternative) => ({ family, addresses, transport: transportMatches(rule, alternative) }))
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
    return [...addresses, ...transport, ...(implied ? [] : [{ type: 'family', family } as const]), ...limits]
  })
}

/** The kernel itself ends what expires: nobody has to be there, and no table of before brings it back. */
function timeMatches({ expires }: PolicyRule): readonly Match[] {
  return expires === undefined ? [] : [{ type: 'time', before: Math.floor(expires.at.getTime() / 1000) }]
}

function isFamilyFree(part: { readonly addresses: readonly Match[]; readonly transport: readonly Match[] }): boolean {
  return part.addresses.length === 0 && !part.transport.some((match) => match.type === 'lookup')
}

/** Undefined when no packet of the family can match. */
function addressMatches(
  rule: PolicyRule,
  family: Family,
  peers: ReadonlyMap<string, Peers>,
): readonly Match[] | undefined {
  const source = entityMatches(rule.source, { side: 'saddr', family, peers })
  const destination = entityMatches(rule.destination, { side: 'daddr', family, peers })
  return source === undefined || destination === undefined ? undefined : [...source, ...destination]
}

interface Side {
  readonly side: 'saddr' | 'daddr'
  readonly family: Family
  readonly peers: ReadonlyMap<string, Peers>
}

/** All criteria must hold (RM-1 to RM-14); a list of the other family leaves the rule out for this one (RM-21). */
function entityMatches(entity: EntityRule, at: Side): readonly Match[] | undefined {
  const parts = [
    literalMatch(entity.nets, at, 'among'),
    literalMatch(entity.notNets, at, 'not among'),
    peerMatch(entity.selector, at, 'among'),
    peerMatch(entity.notSelector, at, 'not among'),
  ]
  const possible = parts.filter((part) => part !== 'never')
  return possible.length === parts.length ? possible.filter((part) => part !== 'always') : undefined
}

type Criterion = Match | 'always' | 'never'
type Sense = 'among' | 'not among'

function literalMatch(nets: readonly Cidr[] | undefined, { side, family }: Side, sense: Sense): Criterion {
  if (nets === undefined) return 'always'
  const own = nets.filter((net) => net.family === family)
  if (own.length === 0) return 'never'
  const elements = mergeIntervals(own.map(cidrInterval)).map((interval) => addressElement(interval, family))
  const negated = sense === 'not among'
  if (elements[0] === everyAddress[family]) return negated ? 'never' : 'always'
  return { type: 'address', side, family, among: { type: 'literal', elements }, negated }
}

const everyAddress: Readonly<Record<Family, string>> = {
  4: `${printAddress({ family: 4, value: 0n })}/0`,
  6: `${printAddress({ family: 6, value: 0n })}/0`,
}

function peerMatch(selector: Selector | undefined, { side, family, peers }: Side, sense: Sense): Criterion {
  if (selector === undefined) return 'always'
  const canonical = printSelector(selector)
  const negated = sense === 'not among'
  if ((peers.get(canonical)?.networks[family].length ?? 0) === 0) return negated ? 'always' : 'never'
  return { type: 'address', side, family, among: { type: 'set', name: peerSet(canonical, family) }, negated }
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
  const family: Family = protocol === 58 ? 6 : 4
  const pairs = [
    { icmp: rule.icmp, negated: false },
    { icmp: rule.notIcmp, negated: true },
  ]
  return pairs.flatMap(({ icmp, negated }) =>
    icmp === undefined ? [] : [{ type: 'icmp', family, types: [icmp.type], code: icmp.code, negated }],
  )
}
