/** A packet that a list denied, and the list -> which line would have to change: what decided, what stands behind it, what came near. */

import type { Span } from '../diagnostic/source.ts'
import type { NamedSet } from '../ruleset/named-set.ts'
import type { Match } from '../ruleset/rule.ts'
import { matchHolds } from './match-holds.ts'
import type { SeenPacket } from './seen-packet.ts'

/** A list with its lines as they were written, each on its own. */
export interface ListAsked {
  readonly denial: string
  readonly stations: readonly StationAsked[]
  readonly sets: ReadonlyMap<string, NamedSet>
}

export interface StationAsked {
  readonly text: string
  /** What becomes of a packet that no line decides; after the last station that passes it is denied all the same. */
  readonly end: 'deny' | 'pass'
  readonly lines: readonly Line[]
}

export interface Line {
  readonly text: string
  readonly span: Span
  readonly action: 'Allow' | 'Deny' | 'Pass'
  /** It matches where all of one of them hold; never without one. */
  readonly alternatives: readonly (readonly Match[])[]
}

export interface WhyNot {
  /** The line that denied; undefined: none did, and what no line allows is denied. */
  readonly deniedBy: Line | undefined
  /** Where it was decided: `tier default`. Undefined where no station was asked. */
  readonly station: string | undefined
  /** What would decide next if that had not: lines that deny as well, and last one that allows it. Empty where none allows it. */
  readonly behind: readonly Line[]
  /** Lines that were asked and would allow it but for what is named, the nearest first, then in order. */
  readonly missed: readonly Missed[]
}

export interface Missed {
  readonly line: Line
  /** Of the nearest alternative: what does not hold. Empty: it never matches such a packet. */
  readonly failing: readonly Match[]
  /** How much would have to change. */
  readonly distance: number
}

/** @param nowMs for lines that have ended @returns undefined when not this list denied it: a line of it allows it */
export function whyNot({ stations, sets }: ListAsked, seen: SeenPacket, nowMs: number): WhyNot | undefined {
  const fails = (match: Match): boolean =>
    match.type === 'time' ? match.before * 1000 <= nowMs : matchHolds(match, seen, sets) !== true
  const question: Question = { fails, seen }
  const missed: Missed[] = []
  for (const [at, station] of stations.entries()) {
    const decision = walk(station, question)
    missed.push(...decision.missed)
    if (decision.by?.action === 'Allow') return undefined
    if (decision.by?.action === 'Pass' || (decision.by === undefined && station.end === 'pass')) continue
    const rest = decision.by === undefined ? [] : station.lines.slice(station.lines.indexOf(decision.by) + 1)
    const left = [{ ...station, lines: rest, end: decision.by === undefined ? 'pass' : station.end } as const]
    const behind = linesBehind([...left, ...stations.slice(at + 1)], question)
    return { deniedBy: decision.by, station: station.text, behind, missed: nearestFirst(missed) }
  }
  return { deniedBy: undefined, station: stations.at(-1)?.text, behind: [], missed: nearestFirst(missed) }
}

interface Question {
  readonly fails: (match: Match) => boolean
  readonly seen: SeenPacket
}

function walk(
  { lines }: StationAsked,
  question: Question,
): { readonly by: Line | undefined; readonly missed: readonly Missed[] } {
  const missed: Missed[] = []
  for (const line of lines) {
    const failing = missOf(line, question)
    if (failing?.length === 0) return { by: line, missed }
    if (line.action === 'Allow') missed.push({ line, failing: failing ?? [], distance: distanceOf(failing, question) })
  }
  return { by: undefined, missed }
}

/** The lines that decide one after the other, should each of them not be there, up to the first that allows. */
function linesBehind(stations: readonly StationAsked[], question: Question): readonly Line[] {
  const denying: Line[] = []
  for (const { lines, end } of stations) {
    const matching = lines.filter((line) => missOf(line, question)?.length === 0)
    const last = matching.findIndex(({ action }) => action !== 'Deny')
    const by = matching[last]
    denying.push(...matching.slice(0, by === undefined ? matching.length : last))
    if (by?.action === 'Allow') return [...denying, by]
    if (by === undefined && end === 'deny') return []
  }
  return []
}

/** What fails in the nearest alternative; undefined where there is none. */
function missOf({ alternatives }: Line, question: Question): readonly Match[] | undefined {
  const failing = alternatives.map((matches) => matches.filter(question.fails))
  return failing.sort((a, b) => distanceOf(a, question) - distanceOf(b, question))[0]
}

/** Where no alternative is, nothing that could change helps. */
const unreachable = 1000

function distanceOf(failing: readonly Match[] | undefined, { seen }: Question): number {
  return failing?.reduce((sum, match) => sum + weightOf(match, seen), 0) ?? unreachable
}

/** Somebody who asks for a port hardly meant another protocol, and an end is only a date. */
function weightOf(match: Match, seen: SeenPacket): number {
  if (match.type === 'time') return 0.5
  const isOther =
    match.type === 'protocol' ||
    match.type === 'family' ||
    ((match.type === 'address' || match.type === 'lookup') && (match.family ?? seen.family) !== seen.family) ||
    (match.type === 'port' && match.protocol !== seen.protocol) ||
    (match.type === 'icmp' && (match.family !== seen.family || seen.icmp === undefined))
  return isOther ? 3 : 1
}

function nearestFirst(missed: readonly Missed[]): readonly Missed[] {
  return [...missed].sort((a, b) => a.distance - b.distance)
}
