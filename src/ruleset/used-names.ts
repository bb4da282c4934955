/** Which other objects of its table a chain names. */

import type { Chain } from './chain.ts'
import { changesOf, originOf } from './edited-elements.ts'
import type { Match, Rule, Statement, Verdict } from './rule.ts'

const known = new WeakMap<Chain, ReadonlySet<string>>()

/** Names of sets, maps and chains; of a rule that we do not understand every word, for one of them may be a name. */
export function namesUsedBy(chain: Chain): ReadonlySet<string> {
  const found = known.get(chain)
  if (found !== undefined) return found
  const names = new Set<string>()
  for (const rule of chain.rules) addNames(rule, names)
  known.set(chain, names)
  return names
}

export type UsedNames = Pick<ReadonlySet<string>, 'has'>

/** Those that any of the chains names. Of a table that was edited only what differs from its origin is looked at. */
export function namesUsedIn(chains: ReadonlyMap<string, Chain>): UsedNames {
  const origin = originOf(chains)
  const users = usersOf(origin)
  const more = new Map<string, number>()
  for (const name of changesOf(chains)) {
    countUses(more, origin.get(name), -1)
    countUses(more, chains.get(name), 1)
  }
  return { has: (name) => (users.get(name) ?? 0) + (more.get(name) ?? 0) > 0 }
}

const usersKnown = new WeakMap<ReadonlyMap<string, Chain>, ReadonlyMap<string, number>>()

/** How many chains name each of them. */
function usersOf(chains: ReadonlyMap<string, Chain>): ReadonlyMap<string, number> {
  const found = usersKnown.get(chains)
  if (found !== undefined) return found
  const users = new Map<string, number>()
  for (const chain of chains.values()) countUses(users, chain, 1)
  usersKnown.set(chains, users)
  return users
}

function countUses(users: Map<string, number>, chain: Chain | undefined, more: number): void {
  if (chain === undefined) return
  for (const name of namesUsedBy(chain)) users.set(name, (users.get(name) ?? 0) + more)
}

function addNames({ matches, statements, verdict }: Rule, names: Set<string>): void {
  for (const match of matches) {
    const name = nameInMatch(match)
    if (name !== undefined) names.add(name)
  }
  for (const statement of statements) for (const name of namesInStatement(statement)) names.add(name)
  const target = nameInVerdict(verdict)
  if (target !== undefined) names.add(target)
}

function nameInMatch(match: Match): string | undefined {
  if (match.type === 'lookup') return match.set
  return match.type === 'address' && match.among.type !== 'literal' ? match.among.name : undefined
}

function namesInStatement(statement: Statement): readonly string[] {
  switch (statement.type) {
    case 'counter-map':
      return [statement.map]
    case 'opaque':
      return statement.text.split(/[\s"]+/).map((word) => word.replace(/^@/, ''))
    default:
      return []
  }
}

function nameInVerdict(verdict: Verdict | undefined): string | undefined {
  switch (verdict?.type) {
    case 'jump':
    case 'goto':
      return verdict.chain
    case 'lookup':
      return verdict.map
    default:
      return undefined
  }
}
