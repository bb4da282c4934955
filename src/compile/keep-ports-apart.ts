/**
 * The port matches of a rule in a form that nft loads as it is written.
 *
 * nft joins a source and a destination port that are each compared with one number into one comparison of four bytes, wherever
 * they stand in the rule (stmt_reduce). Of `sport != 1 dport != 2` that makes "not both" instead of "neither", and lists it as
 * it was written; of `sport 1 sport != { 3, 4 } dport 2` it makes a rule that is listed in another order.
 */

import type { PortRange } from '../net/port-range.ts'
import type { Match } from '../ruleset/rule.ts'

type PortMatch = Extract<Match, { readonly type: 'port' }>

/** Equal in meaning: positive ones first, and at most one side excludes a single port by its number. */
export function keepPortsApart(matches: readonly PortMatch[]): readonly PortMatch[] {
  if (matches.length < 2) return matches
  const excludesOne = (match: PortMatch): boolean => match.negated && isSingle(match)
  const isJoined = (['sport', 'dport'] as const).every((side) =>
    matches.some((match) => match.side === side && excludesOne(match)),
  )
  const apart = matches.map((match) =>
    isJoined && match.side === 'dport' && excludesOne(match) ? asAllOthers(match) : match,
  )
  return [...apart.filter(({ negated }) => !negated), ...apart.filter(({ negated }) => negated)]
}

function isSingle({ ranges }: PortMatch): boolean {
  return ranges.length === 1 && ranges[0]?.from === ranges[0]?.to
}

function asAllOthers(match: PortMatch): PortMatch {
  const ranges = match.ranges.flatMap(({ from, to }): readonly PortRange[] => [
    { from: 0, to: from - 1 },
    { from: to + 1, to: 65_535 },
  ])
  return { ...match, ranges: ranges.filter(({ from, to }) => from <= to), negated: false }
}
