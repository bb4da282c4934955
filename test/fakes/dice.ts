/** Choices that are the same for the same seed. */

import { seededRandom } from './seeded-random.ts'

export interface Dice {
  /** True with the given probability. */
  chance(probability: number): boolean
  /** From 0 to below the limit. */
  below(limit: number): number
  /** One item of a list that is not empty. */
  pick<T>(items: readonly T[]): T
  /** At least one and at most `most` items, in their order. */
  some<T>(items: readonly T[], most: number): readonly T[]
}

export function diceOf(seed: string): Dice {
  const random = seededRandom(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  const pick = <T>(items: readonly T[]): T => {
    const item = items[below(items.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }
  const some = <T>(items: readonly T[], most: number): readonly T[] => {
    const chosen = new Set(Array.from({ length: 1 + below(most) }, () => below(items.length)))
    return items.filter((_, index) => chosen.has(index))
  }
  return { chance: (probability) => random() < probability, below, pick, some }
}
