/** A measurement of the bench: what it asks, and how it takes the answers. */

import type { Figure, Question } from './figure.ts'
import type { Workbench } from './workbench.ts'

export interface Measurement {
  /** As `--only` takes it. */
  readonly name: string
  /** A sentence above its figures: what is measured, and what stands beside it. */
  readonly about: string
  /** What its figures answer, in their order. */
  questions(scale: Scale): readonly Question[]
  /** Needs root; leaves nothing behind. */
  take(workbench: Workbench, pace: Pace): Promise<Taken>
}

/** `quick`: small sizes that show only that the measurement works; its figures say nothing. */
export type Scale = 'full' | 'quick'

export interface Pace {
  readonly scale: Scale
  /** Rounds that count. */
  readonly runs: number
}

export interface Taken {
  readonly figures: readonly Figure[]
  /** What else is worth knowing, for people; lines with a line feed each. */
  readonly details: string
  readonly pictures: readonly Picture[]
}

export interface Picture {
  /** In this folder, which README shows it from. */
  readonly file: string
  readonly title: string
  readonly svg: string
}

/** Each round in turn, so that whatever else the machine does meets everything that is compared. The first of a full bench warms up. */
export async function takeRounds<T>(
  { scale, runs, warmUps = scale === 'full' ? 1 : 0 }: Pace & { readonly warmUps?: number },
  round: (at: number) => Promise<T>,
): Promise<readonly T[]> {
  const results: T[] = []
  for (let at = 0; at < warmUps + runs; at++) {
    const result = await round(at)
    if (at >= warmUps) results.push(result)
  }
  return results
}
