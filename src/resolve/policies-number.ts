/** A number for each list of policies: equal lists have the same, others hardly ever. After a change nothing is looked at that stays. */

import type { NetworkPolicy } from '../policy/network-policy.ts'
import { objectNumber } from '../policy/object-number.ts'
import type { ListChange } from '../policy/ordered-list.ts'

type Policies = readonly NetworkPolicy[]

const known = new WeakMap<Policies, number>()

/** Whatever their order: that follows from the policies. */
export function policiesNumber(policies: Policies): number {
  const number = known.get(policies) ?? sumOf(policies)
  known.set(policies, number)
  return number
}

/** @param change of the list before it: what is gone was in it, and what has come was not */
export function noteChanged(changed: Policies, before: Policies, { gone, come }: ListChange<NetworkPolicy>): void {
  const number = known.get(before)
  if (number !== undefined) known.set(changed, number - sumOf(gone) + sumOf(come))
}

/** Exact for two million policies. */
function sumOf(policies: Policies): number {
  let sum = 0
  for (const policy of policies) sum += scattered(objectNumber(policy))
  return sum
}

/** Of 32 bits: sums of the numbers themselves, which follow one another, are often equal. */
function scattered(number: number): number {
  const mixed = Math.imul(number ^ (number >>> 15), 0x2c1b3c6d)
  return Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39) >>> 0
}
