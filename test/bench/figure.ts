/** One line of the bench's table: what is asked, what the rounds gave, and whether the target is met. */

import { type Summary, summarize } from './statistics.ts'

export interface Question {
  /** In words for people; the same each time. */
  readonly what: string
  readonly unit: Unit
  /** What does the same without us, taken in turn in the same rounds; absent where nothing does. */
  readonly beside?: string
  /** Absent where nothing was promised. */
  readonly target?: Target
}

/** A time is always in milliseconds; how it is printed depends on its size. */
export type Unit = 'ms' | 'MiB' | '% of a core' | 'exponent'

/** An upper bound for the median: of the ratio to what is beside it, of what comes on top of that, or of the value itself. */
export interface Target {
  readonly of: 'ratio' | 'excess' | 'value'
  readonly most: number
}

export interface Figure extends Question {
  /** One a round. */
  readonly samples: readonly number[]
  /** The same place is the same round; empty where there is nothing beside it. */
  readonly besideSamples: readonly number[]
}

export type Verdict = 'met' | 'missed' | 'no target'

export function judge(figure: Figure): Verdict {
  const { target } = figure
  if (target === undefined) return 'no target'
  return measured(figure, target.of).median <= target.most ? 'met' : 'missed'
}

/** A ratio is the median of the ratios within a round, and so is an excess. */
export function measured({ samples, besideSamples }: Figure, of: Target['of']): Summary {
  if (of !== 'value' && besideSamples.length !== samples.length)
    throw new Error('bug: every round has what is beside it')
  const beside = (at: number): number => besideSamples[at] ?? Number.NaN
  switch (of) {
    case 'ratio':
      return summarize(samples.map((sample, at) => sample / beside(at)))
    case 'excess':
      return summarize(samples.map((sample, at) => sample - beside(at)))
    case 'value':
      return summarize(samples)
  }
}
