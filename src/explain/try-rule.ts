/** Tries one rule on a packet: its matches, then its statements in order, then its verdict; the first that says no ends it. */

import type { Rule, Statement } from '../ruleset/rule.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import { findNamed } from './find-element.ts'
import { keyOf } from './key-of.ts'
import { matchHolds } from './match-holds.ts'
import type { SeenPacket } from './seen-packet.ts'
import type { Outcome, Step } from './step.ts'

export interface Attempt extends Pick<Step, 'outcome' | 'counters'> {
  /** The packet as the rule leaves it. */
  readonly left: SeenPacket
}

export function tryRule(rule: Rule, packet: SeenPacket, ruleset: Ruleset): Attempt {
  for (const match of rule.matches) {
    const holds = matchHolds(match, packet, ruleset.sets)
    if (holds === 'unknown') return { outcome: missing, counters: [], left: packet }
    if (!holds) return { outcome: { type: 'failed', match }, counters: [], left: packet }
  }
  const counters: string[] = []
  let left = packet
  for (const statement of rule.statements) {
    const done = carryOut(statement, left, ruleset)
    if (done.type === 'ended') return { outcome: done.outcome, counters, left }
    if (done.type === 'changed') left = done.packet
    else if (done.counter !== undefined) counters.push(done.counter)
  }
  return { outcome: verdictOf(rule, left, ruleset), counters, left }
}

const missing: Outcome = { type: 'unknown', reason: 'missing' }

type Done =
  | { readonly type: 'went-on'; readonly counter: string | undefined }
  | { readonly type: 'changed'; readonly packet: SeenPacket }
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
    case 'set-mark':
      return { type: 'changed', packet: { ...packet, mark: packet.mark | statement.bit } }
    case 'clear-mark':
      return { type: 'changed', packet: { ...packet, mark: packet.mark & ~statement.bit } }
    case 'notrack':
      // over loopback connection tracking has seen the packet as it left, and keeps it (nft_notrack_eval)
      if (packet.iifname === 'lo') return wentOn
      return { type: 'changed', packet: { ...packet, state: 'untracked' } }
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
  const element = key === undefined ? undefined : findNamed(counters, key)
  const value = element === undefined ? undefined : counters.elements.get(element)
  if (value === undefined || !('counter' in value)) return { type: 'ended', outcome: { type: 'missed', map } }
  return { type: 'went-on', counter: value.counter }
}

function verdictOf({ verdict }: Rule, packet: SeenPacket, ruleset: Ruleset): Outcome {
  if (verdict?.type !== 'lookup') return { type: 'matched', verdict }
  const map = ruleset.maps.get(verdict.map)
  if (map === undefined) return missing
  const element = findNamed(map, [{ text: `"${packet[verdict.side]}"`, number: undefined }])
  const value = element === undefined ? undefined : map.elements.get(element)
  if (value === undefined || 'counter' in value || value.type === 'lookup') return { type: 'missed', map: verdict.map }
  return { type: 'matched', verdict: value }
}
