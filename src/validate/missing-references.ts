/** Finds names of profiles, tiers and ports that a document uses and none gives (behaviour.md DV-9, 1.9, RM-35). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { nearestName } from '../diagnostic/nearest-name.ts'
import type { GivenNames } from './given-names.ts'
import type { Reference } from './reference.ts'
import { unfound } from './unfound.ts'
import type { UsedNames } from './used-names.ts'
import type { FileFindings } from './validate-file.ts'

type Target = Reference['to']

/** In the order of the files, each in its own order. Where not all names are known nothing is said. @param used by the files */
export function findMissingReferences(
  files: readonly FileFindings[],
  used: UsedNames,
  given: GivenNames,
): readonly Diagnostic[] {
  const messages: Readonly<Record<Target, ReadonlyMap<string, string>>> = {
    profile: messagesFor('profile', used.profile.keys(), given.profile),
    tier: messagesFor('tier', used.tier.keys(), given.tier),
    port: messagesFor('port', used.port.keys(), given.port),
  }
  if (Object.values(messages).every(({ size }) => size === 0)) return []
  return files.flatMap(({ references }) =>
    references.flatMap(({ to, name, span }) => {
      const message = messages[to].get(name)
      return message === undefined ? [] : [diagnose(codes[to], { message, span })]
    }),
  )
}

const codes = { profile: 'missing-profile', tier: 'missing-tier', port: 'missing-port-name' } as const

/** By each name that is missing. */
function messagesFor(target: Target, used: Iterable<string>, given: GivenNames[Target]): ReadonlyMap<string, string> {
  const missing = given === undefined ? new Set<string>() : unfound(used, given())
  if (missing.size === 0) return new Map()
  const candidates = new Set(given?.())
  return new Map([...missing].map((name) => [name, messageFor(target, name, nearestName(name, candidates))]))
}

function messageFor(target: Target, name: string, near: string | undefined): string {
  const right = near === undefined ? remedies[target] : `did you mean "${near}"?`
  return target === 'port'
    ? `no endpoint has a port named "${name}": ${right}`
    : `there is no ${target} "${name}": ${right}`
}

const remedies: Readonly<Record<Target, string>> = {
  profile: 'define it, or remove it from the list',
  tier: 'define it with a Tier document',
  port: 'add it to the ports of an endpoint, or write the number',
}
