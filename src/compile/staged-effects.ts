/** What of a table only tries out staged policies, and what its counters say. */

import type { Direction } from '../policy/rule.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import type { Compilation } from './compilation.ts'
import { stagedPrefix } from './names.ts'

/** A staged policy would have denied what a list lets pass, or allowed what it denies. */
export interface StagedEffect {
  /** `StagedGlobalNetworkPolicy/web`, `StagedNetworkPolicy/default/web` */
  readonly origin: string
  readonly direction: Direction
  readonly outcome: 'denied' | 'allowed'
}

/** The table without the chains of staged policies: what decides about packets. */
export function withoutStaged(ruleset: Ruleset): Ruleset {
  return { ...ruleset, chains: new Map([...ruleset.chains].filter(([name]) => !name.startsWith(stagedPrefix))) }
}

/** The staged policy that an object of the table belongs to, or what several of them share; undefined for what is enforced. */
export function stagedPart(object: string): string | undefined {
  const [first, kind, namespaceOrName, name] = object.split('/')
  if (first !== 'staged') return undefined
  return [first, kind, namespaceOrName, ...(kind === 'np' ? [name] : [])]
    .slice(0, kind === 'gnp' || kind === 'np' ? 4 : 2)
    .join('/')
}

/** Each effect once, in order of the policies; other counters are ignored. */
export function stagedEffects(names: readonly string[], { counters }: Compilation): readonly StagedEffect[] {
  return [...new Set(names)].sort().flatMap((name) => {
    const counted = counters.get(name)
    if (counted?.type !== 'staged') return []
    const { kind, namespace, direction, outcome } = counted
    const owner = namespace === '' ? counted.name : `${namespace}/${counted.name}`
    return [{ origin: `${kind}/${owner}`, direction, outcome }]
  })
}
