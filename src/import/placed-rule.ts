/** Rules with the interfaces at which they are asked. */

import { type Choice, includes } from './choice.ts'
import type { FlatRule } from './flatten.ts'
import { keyOf, type Match } from './match.ts'

/** Stands for all interfaces that no rule names. */
export const others = '*'

export interface PlacedRule {
  readonly rule: FlatRule
  /** Some of the interfaces, in their order. */
  readonly at: readonly string[]
}

/** Interfaces that rules name, in name order, and `others`. Loopback is never asked about. */
export function interfacesOf(rules: readonly FlatRule[]): readonly string[] {
  const named = rules.flatMap(({ match }) => [...(match.iif?.of ?? []), ...(match.oif?.of ?? [])])
  return [...[...new Set(named)].filter((name) => name !== 'lo' && name !== others).sort(), others]
}

export function chosen(choice: Choice<string> | undefined, interfaces: readonly string[]): readonly string[] {
  return choice === undefined ? interfaces : interfaces.filter((name) => includes(choice, name))
}

export function withoutInterfaces({ iif: _, oif: __, ...match }: Match): Match {
  return match
}

const everything = keyOf({})

/** Without what is never reached, and without what the end of the list does anyway. */
export function tidy(rules: readonly PlacedRule[]): readonly PlacedRule[] {
  const kept: PlacedRule[] = []
  /** By interface: what earlier rules decide about, in words. */
  const decided = new Map(rules.flatMap(({ at }) => at).map((name) => [name, new Set<string>()]))
  for (const { rule, at: wanted } of rules) {
    const key = keyOf(rule.match)
    const at = wanted.filter((name) => !decided.get(name)?.has(key) && !decided.get(name)?.has(everything))
    if (at.length > 0) kept.push({ rule, at })
    if (rule.action !== 'Log') for (const name of at) decided.get(name)?.add(key)
  }
  const last = kept.at(-1)
  if (last === undefined) return kept
  const end = kept.findLastIndex(
    ({ rule, at }) => rule.action !== last.rule.action || at.some((name) => !last.at.includes(name)),
  )
  return keyOf(last.rule.match) === everything ? [...kept.slice(0, end + 1), last] : kept
}

/** Neighbours of one place together; a rule may move past those that are asked elsewhere. */
export function inGroups(rules: readonly PlacedRule[]): readonly (readonly PlacedRule[])[] {
  const groups: PlacedRule[][] = []
  for (const placed of rules) {
    const meets = groups.findLastIndex(([first]) => first?.at.some((name) => placed.at.includes(name)))
    const group = groups[meets]
    if (group?.[0]?.at.join(' ') === placed.at.join(' ')) group.push(placed)
    else groups.push([placed])
  }
  return groups
}
