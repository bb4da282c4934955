/** Finds tiers that a policy names and nobody defines (behaviour.md 1.9). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { nearestName } from '../diagnostic/nearest-name.ts'
import type { LocatedDocument } from '../document/located-document.ts'
import { defaultTierName } from '../policy/tier.ts'
import { whyNoName } from './names.ts'
import { valueAt } from './value-at.ts'

/** A tier whose own document is faulty exists. */
export function findMissingTiers(documents: readonly LocatedDocument[]): readonly Diagnostic[] {
  const known = new Set([defaultTierName])
  for (const { kind, name } of documents) if (kind === 'Tier' && name !== undefined) known.add(name)
  return documents.flatMap((document) => {
    const name = document.kind?.endsWith('NetworkPolicy') ? valueAt(document.value, ['spec', 'tier']) : undefined
    // what is no name was reported as such
    if (typeof name !== 'string' || known.has(name) || whyNoName(name) !== undefined) return []
    const near = nearestName(name, known)
    const right = near === undefined ? 'define it with a Tier document' : `did you mean "${near}"?`
    const message = `there is no tier "${name}": ${right}`
    return [diagnose('missing-tier', { message, span: document.spanOf(['spec', 'tier'], 'value') })]
  })
}
