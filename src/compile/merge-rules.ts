/**
 * Joins neighbouring rules of one verdict and one shape into a single lookup.
 *
 *   ip saddr 192.0.2.1 tcp dport 22 counter name "a" accept        192.0.2.1 . tcp . 22 : "a"
 *   ip saddr 192.0.2.2 tcp dport 80 counter name "b" accept   =>   192.0.2.2 . tcp . 80 : "b"
 *                                                                  counter name ip saddr . meta l4proto . th dport map @m accept
 *
 * The map's value is the counter of the policy line, so each line still counts for itself. A key that two rules share
 * belongs to the first, as it would without merging. Rules without counters become a lookup in a set.
 */

import type { Family } from '../net/family.ts'
import type { KeyType, MapValue, NamedMap, NamedSet } from '../ruleset/named-set.ts'
import { printVerdict } from '../ruleset/print-rule.ts'
import { type KeyField, type Match, makeRule, type Rule } from '../ruleset/rule.ts'
import { commentText, mergedSet, partName } from './names.ts'

/** A rule and the policy it belongs to. */
export interface Item {
  readonly rule: Rule
  readonly group: string
}

/** A hash lookup costs as much as about eleven failing rules (nft on 6.18). */
const worthwhile = 11
const mostKeysPerRule = 256

export interface Merged {
  readonly items: readonly Item[]
  readonly maps: readonly NamedMap[]
  readonly sets: readonly NamedSet[]
}

/** @param chain names the maps */
export function mergeRules(items: readonly Item[], chain: string): Merged {
  const merged: Item[] = []
  const maps: NamedMap[] = []
  const sets: NamedSet[] = []
  const names = new MapNames()
  for (const run of runsOf(items)) {
    if (run.key === undefined || run.items.length < worthwhile) for (const item of run.items) merged.push(item)
    else if (isSilent(run.items[0]?.rule)) {
      const set = setOf(run.items, run.key)
      sets.push(set)
      merged.push(silentLookup(run, run.key, set.name))
    } else {
      const map = mapOf(run.items, { key: run.key, name: names.next(chain, run.items[0]?.group ?? '') })
      maps.push(map)
      merged.push(lookup(run, run.key, map.name))
    }
  }
  return { items: merged, maps, sets }
}

/** A map is called after the policy its run starts with, so that a run added before it leaves the name as it is. */
class MapNames {
  private readonly taken = new Map<string, number>()

  next(chain: string, policy: string): string {
    const name = partName(chain, `merged-${policy}`)
    const before = this.taken.get(name) ?? 0
    this.taken.set(name, before + 1)
    // no policy's name has a slash
    return before === 0 ? name : `${name}/${before}`
  }
}

interface Key {
  readonly family: Family | undefined
  readonly fields: readonly KeyField[]
}

interface Run {
  /** Undefined: the items can not be merged. */
  readonly key: Key | undefined
  readonly items: readonly Item[]
}

function runsOf(items: readonly Item[]): readonly Run[] {
  const runs: { key: Key | undefined; shape: string; items: Item[] }[] = []
  for (const item of items) {
    const key = keyOf(item.rule)
    const shape =
      key === undefined
        ? ''
        : JSON.stringify([key, isSilent(item.rule), item.rule.verdict && printVerdict(item.rule.verdict)])
    const last = runs.at(-1)
    if (last !== undefined && last.shape === shape) last.items.push(item)
    else runs.push({ key, shape, items: [item] })
  }
  return runs
}

/** The lookup key of a rule that is nothing but single values and a counter, or not even that. */
function keyOf(rule: Rule): Key | undefined {
  const counted = rule.statements.length === 1 && rule.statements[0]?.type === 'counter'
  if (!(counted || isSilent(rule)) || rule.verdict === undefined || rule.matches.length === 0) return undefined
  if (!rule.matches.every(isExact) || keysOf(rule.matches).length > mostKeysPerRule) return undefined
  const address = rule.matches.find((match) => match.type === 'address')
  // nft has no lookup of a protocol alone
  if (isSilent(rule) && rule.matches.every((match) => match.type === 'protocol')) return undefined
  return { family: address?.type === 'address' ? address.family : undefined, fields: fieldsOf(rule.matches) }
}

function isSilent(rule: Rule | undefined): boolean {
  return rule?.statements.length === 0
}

function isExact(match: Match): boolean {
  if (match.type === 'protocol') return !match.negated
  if (match.type === 'port') return !match.negated && match.ranges.every((range) => range.from === range.to)
  if (match.type !== 'address' || match.negated || match.among.type !== 'literal') return false
  return match.among.elements.every((element) => !/[/-]/.test(element))
}

function fieldsOf(matches: readonly Match[]): readonly KeyField[] {
  const fields = matches.flatMap((match): readonly KeyField[] => {
    if (match.type === 'address') return [match.side]
    return match.type === 'port' ? ['protocol', match.side] : ['protocol']
  })
  return [...new Set(fields)]
}

/** Every combination of the values, in the order of fieldsOf(). */
function keysOf(matches: readonly Match[]): readonly string[] {
  let keys: readonly string[] = ['']
  let protocolTaken = false
  for (const match of matches) {
    const values = valuesOf(match)
    const prefix = match.type === 'port' && !protocolTaken ? `${match.protocol} . ` : ''
    if (match.type === 'port') protocolTaken = true
    if (keys.length * values.length > 4 * mostKeysPerRule) return new Array<string>(mostKeysPerRule + 1).fill('')
    keys = keys.flatMap((key) => values.map((value) => `${key === '' ? '' : `${key} . `}${prefix}${value}`))
  }
  return keys
}

function valuesOf(match: Match): readonly string[] {
  if (match.type === 'protocol') return match.protocols.map(String)
  if (match.type === 'port') return match.ranges.map((range) => String(range.from))
  return match.type === 'address' && match.among.type === 'literal' ? match.among.elements : []
}

function mapOf(items: readonly Item[], { key, name }: { readonly key: Key; readonly name: string }): NamedMap {
  const elements = new Map<string, MapValue>()
  for (const { rule } of items) {
    const statement = rule.statements[0]
    if (statement?.type !== 'counter') continue
    for (const element of keysOf(rule.matches)) {
      if (!elements.has(element)) elements.set(element, { counter: statement.name })
    }
  }
  const types = key.fields.map((field) => keyType(field, key.family))
  return { name, key: types, interval: false, comment: undefined, properties: [], data: 'counter', elements }
}

/** Called after its content: lists that are tried out several times share it. */
function setOf(items: readonly Item[], { family, fields }: Key): NamedSet {
  const elements = new Set(items.flatMap(({ rule }) => keysOf(rule.matches)))
  const key = fields.map((field) => keyType(field, family))
  const name = mergedSet([...key, ...fields, ...[...elements].sort()].join(' '))
  return { name, key, interval: false, comment: undefined, properties: [], elements }
}

function silentLookup(run: Run, { family, fields }: Key, set: string): Item {
  const [first] = run.items
  const [field] = fields
  const single = fields.length === 1 && family !== undefined && (field === 'saddr' || field === 'daddr')
  const match: Match = single
    ? { type: 'address', side: field, family, among: { type: 'set', name: set }, negated: false }
    : { type: 'lookup', family, fields, set, negated: false }
  return { rule: makeRule({ matches: [match], verdict: first?.rule.verdict }), group: first?.group ?? '' }
}

function keyType(field: KeyField, family: Family | undefined): KeyType {
  if (field === 'saddr' || field === 'daddr') return family === 6 ? 'ipv6_addr' : 'ipv4_addr'
  return field === 'protocol' ? 'inet_proto' : 'inet_service'
}

function lookup(run: Run, key: Key, map: string): Item {
  const [first, last] = [run.items[0], run.items.at(-1)]
  const comment = commentText(`${run.items.length} rules, ${first?.rule.comment} to ${last?.rule.comment}`)
  const rule: Rule = {
    matches: [],
    statements: [{ type: 'counter-map', family: key.family, fields: key.fields, map }],
    verdict: first?.rule.verdict,
    comment,
  }
  return { rule, group: first?.group ?? '' }
}
