/** Objects to a commit that removes more than a share of what is enforced: a half-checked-out branch, an emptied list. */

import type { Objection } from './objection.ts'

/** How much a table holds. */
export interface Extent {
  /** Host endpoints. */
  readonly endpoints: number
  /** Of policies and profiles, as they are written. */
  readonly rules: number
  /** Different members of all sets together. */
  readonly members: number
}

/**
 * To lose fewer than so many is ordinary, whatever share it is: one of two rules, three of four addresses. Every endpoint
 * counts, for with the last one the host stands open.
 */
const ordinary: Extent = { endpoints: 0, rules: 9, members: 9 }

const nouns: readonly (readonly [keyof Extent, string])[] = [
  ['endpoints', 'host endpoints'],
  ['rules', 'rules'],
  ['members', 'set members'],
]

/** Of what more is lost than nobody would ask about. */
export function extraordinary(lost: Extent): readonly (keyof Extent)[] {
  return nouns.flatMap(([key]) => (lost[key] > ordinary[key] ? [key] : []))
}

/** Counts, not names, are compared, so that renaming and rewriting are no removal. @param largestShare from 0 to 1 */
export function findMassRemoval(before: Extent, after: Extent, largestShare: number): readonly Objection[] {
  return nouns.flatMap(([key, noun]): readonly Objection[] => {
    const lost = before[key] - after[key]
    if (lost <= ordinary[key] || lost <= before[key] * largestShare) return []
    const share = `${Math.ceil((lost / before[key]) * 100)}%, where at most ${Math.round(largestShare * 100)}% may go at once`
    return [{ guard: 'mass-removal', message: `${lost} of ${before[key]} ${noun} would go: ${share}` }]
  })
}
