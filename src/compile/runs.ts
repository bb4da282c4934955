/** The rules of one policy as runs of neighbours that could be looked up together. */

import type { Family } from '../net/family.ts'
import { printVerdict } from '../ruleset/print-rule.ts'
import type { KeyField, Match, Rule } from '../ruleset/rule.ts'

/** What a rule looks at when it is nothing but single values. */
export interface Key {
  readonly family: Family | undefined
  readonly fields: readonly KeyField[]
}

/** Neighbours of one key and one verdict, or neighbours that cannot be merged. */
export interface Run {
  /** Undefined: the rules cannot be merged. */
  readonly key: Key | undefined
  /** Runs of one shape can be joined; '' without a key. */
  readonly shape: string
  readonly rules: readonly Rule[]
}

const mostKeysPerRule = 256

/** All rules in their order. */
export function runsOf(rules: readonly Rule[]): readonly Run[] {
  const runs: { key: Key | undefined; shape: string; rules: Rule[] }[] = []
  for (const rule of rules) {
    const key = isMergeable(rule) ? keyOf(rule) : undefined
    const shape = key === undefined ? '' : shapeOf(key, rule)
    const last = runs.at(-1)
    if (last !== undefined && last.shape === shape) last.rules.push(rule)
    else runs.push({ key, shape, rules: [rule] })
  }
  return runs
}

export function isSilent(rule: Rule | undefined): boolean {
  return rule?.statements.length === 0
}

/** Every combination of the values, in the order of the key's fields. */
export function keysOf(matches: readonly Match[]): readonly string[] {
  let keys: readonly string[] = ['']
  let protocolTaken = false
  for (const match of matches) {
    const values = valuesOf(match)
    const prefix = match.type === 'port' && !protocolTaken ? `${match.protocol} . ` : ''
    if (match.type === 'port') protocolTaken = true
    keys = keys.flatMap((key) => values.map((value) => `${key === '' ? '' : `${key} . `}${prefix}${value}`))
  }
  return keys
}

/** Nothing but single values and a counter, or not even that. */
function isMergeable(rule: Rule): boolean {
  const { matches, statements, verdict } = rule
  if (verdict === undefined || matches.length === 0 || statements.length > 1) return false
  if (statements.length === 1 && statements[0]?.type !== 'counter') return false
  if (!matches.every(isExact)) return false
  // nft has no lookup of a protocol alone
  if (isSilent(rule) && matches.every((match) => match.type === 'protocol')) return false
  return matches.reduce((count, match) => count * countValues(match), 1) <= mostKeysPerRule
}

function isExact(match: Match): boolean {
  if (match.type === 'protocol') return !match.negated
  if (match.type === 'port') return !match.negated && match.ranges.every((range) => range.from === range.to)
  if (match.type !== 'address' || match.negated || match.among.type !== 'literal') return false
  return match.among.elements.every((element) => !(element.includes('/') || element.includes('-')))
}

function keyOf({ matches }: Rule): Key {
  const address = matches.find((match) => match.type === 'address')
  const fields = new Set<KeyField>()
  for (const match of matches) {
    if (match.type !== 'address') fields.add('protocol')
    if (match.type === 'address' || match.type === 'port') fields.add(match.side)
  }
  return { family: address?.type === 'address' ? address.family : undefined, fields: [...fields] }
}

function shapeOf({ family, fields }: Key, rule: Rule): string {
  const verdict = rule.verdict === undefined ? '' : printVerdict(rule.verdict)
  return `${family} ${fields.join(' ')} ${isSilent(rule)} ${verdict}`
}

function countValues(match: Match): number {
  if (match.type === 'protocol') return match.protocols.length
  if (match.type === 'port') return match.ranges.length
  return match.type === 'address' && match.among.type === 'literal' ? match.among.elements.length : 0
}

function valuesOf(match: Match): readonly string[] {
  if (match.type === 'protocol') return match.protocols.map(String)
  if (match.type === 'port') return match.ranges.map((range) => String(range.from))
  return match.type === 'address' && match.among.type === 'literal' ? match.among.elements : []
}
