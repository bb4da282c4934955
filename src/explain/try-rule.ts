/** Tries one rule on a packet: its matches, then its statements in order, then its verdict; the first that says no ends it. */

import type { KeyField, Rule, Statement } from '../ruleset/rule.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import { findElement, type KeyValue } from './find-element.ts'
import { matchHolds } from './match-holds.ts'
import type { SeenPacket } from './seen-packet.ts'
import type { Outcome, Step } from './step.ts'

export type Attempt = Pick<Step, 'outcome' | 'counters'>

export function tryRule(rule: Rule, packet: SeenPacket, ruleset: Ruleset): Attempt {
  for (const match of rule.matches) {
    const holds = matchHolds(match, packet, ruleset.sets)
    if (holds === 'unknown') return { outcome: missing, counters: [] }
    if (!holds) return { outcome: { type: 'failed', match }, counters: [] }
  }
  const counters: string[] = []
  for (const statement of rule.statements) {
    const done = carryOut(statement, packet, ruleset)
    if (done.type === 'ended') return { outcome: done.outcome, counters }
    if (done.counter !== undefined) counters.push(done.counter)
  }
  return { outcome: verdictOf(rule, packet, ruleset), counters }
}

const missing: Outcome = { type: 'unknown', reason: 'missing' }

type Done =
  | { readonly type: 'went-on'; readonly counter: string | undefined }
  | { readonly type: 'ended'; readonly outcome: Outcome }

const wentOn: Done = { type: 'went-on', counter: undefined }

function carryOut(statement: Statement, packet: SeenPacket, ruleset: Ruleset): Done {
  switch (statement.type) {
    case 'counter':
      return { type: 'went-on', counter: statement.name }
    case 'counter-map':
      return lookUpCounter(statement, packet, ruleset)
    case 'limit':
      // one packet is never above a rate
      return wentOn
    case 'log':
      return wentOn
    case 'opaque':
      return { type: 'ended', outcome: { type: 'unknown', reason: 'opaque' } }
  }
}

function lookUpCounter(
  { family, fields, map }: Extract<Statement, { readonly type: 'counter-map' }>,
  packet: SeenPacket,
  ruleset: Ruleset,
): Done {
  const counters = ruleset.maps.get(map)
  if (counters === undefined) return { type: 'ended', outcome: missing }
  const key = family === undefined || family === packet.family ? keyOf(fields, packet) : undefined
  const element = key === undefined ? undefined : findElement(counters.elements, key)
  const value = element === undefined ? undefined : counters.elements.get(element)
  if (value === undefined || !('counter' in value)) return { type: 'ended', outcome: { type: 'missed', map } }
  return { type: 'went-on', counter: value.counter }
}

/** Undefined when the packet lacks one of the fields. */
function keyOf(fields: readonly KeyField[], packet: SeenPacket): readonly KeyValue[] | undefined {
  const values = fields.map((field) => fieldOf(field, packet))
  return values.every((value) => value !== undefined) ? values : undefined
}

function fieldOf(field: KeyField, packet: SeenPacket): KeyValue | undefined {
  switch (field) {
    case 'saddr':
    case 'daddr':
      return packet[field]
    case 'protocol':
    case 'sport':
    case 'dport':
      return packet[field] === undefined ? undefined : { text: String(packet[field]), number: BigInt(packet[field]) }
  }
}

function verdictOf({ verdict }: Rule, packet: SeenPacket, ruleset: Ruleset): Outcome {
  if (verdict?.type !== 'lookup') return { type: 'matched', verdict }
  const map = ruleset.maps.get(verdict.map)
  if (map === undefined) return missing
  const element = findElement(map.elements, [{ text: `"${packet[verdict.side]}"`, number: undefined }])
  const value = element === undefined ? undefined : map.elements.get(element)
  if (value === undefined || 'counter' in value || value.type === 'lookup') return { type: 'missed', map: verdict.map }
  return { type: 'matched', verdict: value }
}
