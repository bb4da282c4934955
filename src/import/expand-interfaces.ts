/** Patterns of interface names (`wg*`) -> the interfaces of the host that they mean. */

import type { Choice } from './choice.ts'
import type { Filter, FilterRule } from './filter.ts'
import type { Match } from './match.ts'

/** @param known names of the host's interfaces; undefined when nobody said: then a pattern cannot be asked */
export function expandInterfaces(filter: Filter, known: readonly string[] | undefined): Filter {
  const chains = [...filter.chains].map(([name, rules]): [string, readonly FilterRule[]] => [
    name,
    rules.map((rule) => ({ ...rule, matches: rule.matches.map((match) => expand(match, known)) })),
  ])
  return { ...filter, chains: new Map(chains) }
}

function expand(match: Match, known: readonly string[] | undefined): Match {
  const patterns = [...(match.iif?.of ?? []), ...(match.oif?.of ?? [])].filter((name) => name.endsWith('*'))
  if (patterns.length === 0) return match
  if (known === undefined) {
    const { iif, oif, beyond = [], ...rest } = match
    const kept = { ...(hasPattern(iif) ? {} : { iif }), ...(hasPattern(oif) ? {} : { oif }) }
    const why = `interfaces like ${patterns.join(', ')} (say which there are with --facts)`
    return { ...rest, ...kept, beyond: [...beyond, why] }
  }
  const names = (choice: Choice<string>): Choice<string> => ({
    ...choice,
    of: choice.of.flatMap((name) =>
      name.endsWith('*') ? known.filter((one) => one.startsWith(name.slice(0, -1))) : [name],
    ),
  })
  return {
    ...match,
    ...(match.iif === undefined ? {} : { iif: names(match.iif) }),
    ...(match.oif === undefined ? {} : { oif: names(match.oif) }),
  }
}

function hasPattern(choice: Choice<string> | undefined): boolean {
  return choice?.of.some((name) => name.endsWith('*')) ?? true
}
