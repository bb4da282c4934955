/** Measures how costs grow: four sizes in turn, and the exponent of the curve that fits best. */

import type { Figure, Question } from './figure.ts'
import { type Curve, curves, type Grown } from './growth-curves.ts'
import { type Measurement, type Pace, type Taken, takeRounds } from './measurement.ts'
import { fitExponent, summarize } from './statistics.ts'
import type { Workbench } from './workbench.ts'

export const growth: Measurement = {
  name: 'growth',
  about:
    'Growth: the exponent of the curve that fits the costs at four sizes, the largest eight times the smallest (1 is linear, 0 is flat): of the whole, and of one change in a running agent, or for endpoints in memory.',
  questions: (scale) =>
    curves.flatMap((curve) => {
      const sizes = curve.sizes[scale].map((size) => size.toLocaleString('en'))
      return costs.map((cost) => questionFor(`${sizes[0]} to ${sizes.at(-1)} ${curve.what}`, cost))
    }),
  take,
}

const costs = ['the whole', 'one change'] as const
type Cost = (typeof costs)[number]

function questionFor(sizes: string, cost: Cost): Question {
  return { what: `${sizes}: ${cost}`, unit: 'exponent', target: { of: 'value', most: 1.1 } }
}

async function take(workbench: Workbench, pace: Pace): Promise<Taken> {
  const asked = growth.questions(pace.scale)
  const figures: Figure[] = []
  const details: string[] = []
  for (const curve of curves) {
    const rounds = await measure(workbench, curve, pace)
    for (const cost of costs) {
      const question = asked[figures.length]
      if (question === undefined) throw new Error('bug: nobody asked')
      figures.push({ ...question, samples: rounds.map((points) => exponentOf(points, cost)), besideSamples: [] })
    }
    details.push(printCurve(curve.what, rounds))
  }
  return { figures, details: details.join('\n'), pictures: [] }
}

/** Milliseconds at one size. */
type GrowthPoint = Readonly<Record<Cost, number>> & { readonly size: number }

/** All sizes once a round. */
async function measure(workbench: Workbench, curve: Curve, pace: Pace): Promise<readonly (readonly GrowthPoint[])[]> {
  const grown: (Grown & { readonly size: number })[] = []
  for (const size of curve.sizes[pace.scale]) grown.push({ ...(await curve.open(workbench, size)), size })
  const rounds = await takeRounds(pace, async (at) => {
    const points: GrowthPoint[] = []
    for (const { whole, change, size } of grown)
      points.push({ 'the whole': await whole(), 'one change': await change(at), size })
    return points
  })
  for (const { close } of grown) await close()
  return rounds
}

function exponentOf(points: readonly GrowthPoint[], cost: Cost): number {
  return fitExponent(points.map((point) => ({ size: point.size, cost: point[cost] })))
}

/** Lines with a line feed each: medians by size. */
function printCurve(what: Curve['what'], rounds: readonly (readonly GrowthPoint[])[]): string {
  const sizes = (rounds[0] ?? []).map(({ size }) => size)
  const lines = sizes.map((size, at) => {
    const medians = costs.map((cost) => summarize(rounds.map((points) => points[at]?.[cost] ?? Number.NaN)).median)
    return `${`${size} ${what}`.padEnd(24)}${medians.map((ms) => `${ms.toFixed(1)} ms`.padStart(16)).join('')}\n`
  })
  return `${''.padEnd(24)}${costs.map((cost) => cost.padStart(16)).join('')}\n${lines.join('')}`
}
