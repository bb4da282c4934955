/** Rules as nft text, in the form in which nft lists them, so that what is loaded and what is listed compare equal. */

import { printNetmask } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'
import type { PortRange } from '../net/port-range.ts'
import type { KeyField, Match, Rule, Statement, Verdict } from './rule.ts'
import { printNames } from './symbols.ts'

/** One line without a line break. Equal rules, equal lines. */
export function printRule(rule: Rule): string {
  const words = [...rule.matches.map(printMatch), ...rule.statements.map(printStatement)]
  if (rule.verdict !== undefined) words.push(printVerdict(rule.verdict))
  if (rule.comment !== undefined) words.push(`comment "${rule.comment}"`)
  return words.join(' ')
}

export function sameRules(a: readonly Rule[], b: readonly Rule[]): boolean {
  return (
    a.length === b.length &&
    a.every((rule, at) => {
      const other = b[at]
      return rule === other || (other !== undefined && printRule(rule) === printRule(other))
    })
  )
}

export function printVerdict(verdict: Verdict): string {
  switch (verdict.type) {
    case 'accept':
    case 'drop':
    case 'return':
    case 'reject':
      return verdict.type
    case 'jump':
    case 'goto':
      return `${verdict.type} ${verdict.chain}`
    case 'lookup':
      return `${verdict.side} vmap @${verdict.map}`
  }
}

function printMatch(match: Match): string {
  switch (match.type) {
    case 'interface':
      return `${match.side} ${not(match)}${listOf(match.names.map((name) => `"${name}"`))}`
    case 'local-origin':
      return 'iif 0'
    case 'family':
      return `meta nfproto ${match.family === 4 ? 'ipv4' : 'ipv6'}`
    case 'protocol':
      return `meta l4proto ${not(match)}${listOf(match.protocols.map((number) => printNames.protocol(number)))}`
    case 'address':
      return `${familyWord(match.family)} ${match.side} ${printAmong(match)}`
    case 'port':
      return `${printNames.protocol(match.protocol)} ${match.side} ${not(match)}${listOf(match.ranges.map(printPorts))}`
    case 'icmp':
      return printIcmp(match)
    case 'hop-limit':
      return `ip6 hoplimit ${match.value}`
    case 'ct-state':
      return `ct state ${match.states.join(',')}`
    case 'ct-dnat':
      return 'ct status dnat'
    case 'mark':
      return `meta mark & ${hex(match.bit)} == ${hex(match.isSet ? match.bit : 0)}`
    case 'local-destination':
      return 'fib daddr type { local, broadcast }'
    case 'time':
      // a date would be read in the time zone of whoever loads it
      return `meta time < ${match.before}`
    case 'spoofed':
      return 'fib saddr . iif oif missing'
    case 'lookup':
      return `${keyOf(match.fields, match.family)} ${not(match)}@${match.set}`
  }
}

/** Behind a mask nft lists the comparison that it leaves out elsewhere. */
function printAmong(match: Extract<Match, { type: 'address' }>): string {
  const { among, family, negated } = match
  switch (among.type) {
    case 'literal':
      return `${not(match)}${listOf(among.elements)}`
    case 'set':
      return `${not(match)}@${among.name}`
    case 'networks':
      return `& ${printNetmask(among.prefix, family)} ${negated ? '!=' : '=='} @${among.name}`
  }
}

function printStatement(statement: Statement): string {
  switch (statement.type) {
    case 'counter':
      return `counter name "${statement.name}"`
    case 'counter-map':
      return `counter name ${keyOf(statement.fields, statement.family)} map @${statement.map}`
    case 'limit':
      return `limit rate ${statement.count}/${statement.per}${statement.burst === undefined ? '' : ` burst ${statement.burst} packets`}`
    case 'log':
      return `log prefix "${statement.prefix}"`
    case 'set-mark':
      return `meta mark set meta mark | ${hex(statement.bit)}`
    case 'clear-mark':
      return `meta mark set meta mark & ${hex(~statement.bit)}`
    case 'notrack':
      return 'notrack'
    case 'opaque':
      return statement.text
  }
}

function keyOf(fields: readonly KeyField[], family: Family | undefined): string {
  return fields.map((field) => keyField(field, family)).join(' . ')
}

function keyField(field: KeyField, family: Family | undefined): string {
  switch (field) {
    case 'saddr':
    case 'daddr':
      return `${familyWord(family ?? 4)} ${field}`
    case 'protocol':
      return 'meta l4proto'
    case 'sport':
    case 'dport':
      return `th ${field}`
    case 'iifname':
    case 'oifname':
      return field
  }
}

/** A pair is always looked up as a pair: two separate negations would mean "neither" instead of "not both". */
function printIcmp(match: Extract<Match, { type: 'icmp' }>): string {
  const word = match.family === 4 ? 'icmp' : 'icmpv6'
  if (match.code === undefined) return `${word} type ${not(match)}${listOf(match.types.map(String))}`
  return `${word} type . ${word} code ${not(match)}{ ${match.types[0]} . ${match.code} }`
}

function printPorts(range: PortRange): string {
  return range.from === range.to ? String(range.from) : `${range.from}-${range.to}`
}

function listOf(words: readonly string[]): string {
  return words.length === 1 ? (words[0] ?? '') : `{ ${words.join(', ')} }`
}

const not = (match: { readonly negated: boolean }): string => (match.negated ? '!= ' : '')
const familyWord = (family: Family): string => (family === 4 ? 'ip' : 'ip6')
const hex = (bits: number): string => `0x${(bits >>> 0).toString(16).padStart(8, '0')}`
