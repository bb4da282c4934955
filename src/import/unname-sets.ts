/** Sets whose names would become one name in a policy lose them: their networks are written where they are asked for. */

import type { Filter } from './filter.ts'
import type { Addresses, Match } from './match.ts'
import { setNameOf } from './names.ts'

export function unnameClashingSets(filters: readonly Filter[]): readonly Filter[] {
  const clashing = clashingNames(filters)
  return clashing.size === 0 ? filters : filters.map((filter) => unnamed(filter, clashing))
}

function clashingNames(filters: readonly Filter[]): ReadonlySet<string> {
  const sets = filters.flatMap((filter) => filter.sets)
  const clash = (name: string, nets: string): boolean =>
    sets.some(
      (other) => setNameOf(other.name) === setNameOf(name) && (other.name !== name || other.nets.join() !== nets),
    )
  return new Set(sets.filter(({ name, nets }) => clash(name, nets.join())).map(({ name }) => name))
}

function unnamed(filter: Filter, clashing: ReadonlySet<string>): Filter {
  const plain = (addresses: Addresses): Addresses => {
    const list = <L extends Addresses['among']>(one: L): L =>
      one !== undefined && clashing.has(one.set ?? '') ? { ...one, set: undefined } : one
    return { among: list(addresses.among), not: addresses.not.map(list) }
  }
  const inMatch = (match: Match): Match => ({
    ...match,
    ...(match.source === undefined ? {} : { source: plain(match.source) }),
    ...(match.destination === undefined ? {} : { destination: plain(match.destination) }),
  })
  const chains = [...filter.chains].map(
    ([name, rules]) => [name, rules.map((rule) => ({ ...rule, matches: rule.matches.map(inMatch) }))] as const,
  )
  return { ...filter, chains: new Map(chains) }
}
