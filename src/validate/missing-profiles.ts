/** Finds profiles that an endpoint lists and nobody defines (behaviour.md DV-9). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { nearestName } from '../diagnostic/nearest-name.ts'
import type { LocatedDocument } from '../document/located-document.ts'
import { defaultAllowProfile } from '../policy/profile.ts'
import { whyNoName } from './names.ts'
import { listAt } from './value-at.ts'

/** A profile whose own document is faulty exists. */
export function findMissingProfiles(documents: readonly LocatedDocument[]): readonly Diagnostic[] {
  const known = new Set([defaultAllowProfile])
  for (const { kind, name } of documents) if (kind === 'Profile' && name !== undefined) known.add(name)
  return documents.flatMap((document) => {
    if (document.kind !== 'HostEndpoint' && document.kind !== 'WorkloadEndpoint') return []
    return listAt(document.value, ['spec', 'profiles']).flatMap((name, index) => {
      // what is no name was reported as such
      if (typeof name !== 'string' || known.has(name) || whyNoName(name) !== undefined) return []
      const near = nearestName(name, known)
      const right = near === undefined ? 'define it, or remove it from the list' : `did you mean "${near}"?`
      const message = `there is no profile "${name}": ${right}`
      return [diagnose('missing-profile', { message, span: document.spanOf(['spec', 'profiles', index], 'value') })]
    })
  })
}
