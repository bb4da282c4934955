/** Warns of network sets that hold the same networks. */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { intervalsOf } from '../net/cidr.ts'
import { families } from '../net/family.ts'
import type { NetworkSet } from '../policy/network-set.ts'
import type { Survey } from './survey.ts'

/** Sets of one network are left out: a machine may well have two purposes. */
export function findDuplicateSets({ policySet: { networkSets } }: Survey): readonly Diagnostic[] {
  const first = new Map<string, NetworkSet>()
  return networkSets.flatMap((set) => {
    if (new Set(set.nets.map(({ base, prefix }) => `${base}/${prefix}`)).size < 2) return []
    const key = contentOf(set)
    const earlier = first.get(key)
    if (earlier === undefined) first.set(key, set)
    return earlier === undefined ? [] : [warn(set, earlier)]
  })
}

function contentOf({ nets }: NetworkSet): string {
  return families
    .map((family) =>
      intervalsOf(nets, family)
        .map(({ from, to }) => `${from}-${to}`)
        .join(),
    )
    .join(' ')
}

function warn(set: NetworkSet, earlier: NetworkSet): Diagnostic {
  const message = `the network set "${set.name}" holds the same networks as "${earlier.name}", and one day somebody changes only one of them: keep one set with the labels of both`
  return diagnose('duplicate-set', {
    message,
    span: set.span,
    notes: [{ span: earlier.span, message: 'the set with the same networks' }],
  })
}
