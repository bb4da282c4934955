/** What became of one fact, and the sums of it that are printed. */

import { deviations } from './deviations.ts'

/** A fact is told as `file id` or, where it has many parts, `file id: part`. */
export interface Judgement {
  readonly id: string
  readonly outcome: Outcome
}

export type Outcome =
  | { readonly type: 'passed' }
  | { readonly type: 'disagrees'; readonly detail: string }
  | { readonly type: 'out of scope'; readonly reason: string }

export interface Tally {
  readonly file: string
  readonly passed: number
  /** Facts by the deviation that explains them. */
  readonly deviating: ReadonlyMap<string, readonly string[]>
  readonly failed: readonly string[]
  /** Count by reason. */
  readonly outOfScope: ReadonlyMap<string, number>
  /** Ids that the list of deviations names though they agree. */
  readonly needless: readonly string[]
}

const passed: Outcome = { type: 'passed' }

export function outOfScope(reason: string): Outcome {
  return { type: 'out of scope', reason }
}

/** Compares as JSON; shapes are plain. */
export function compare(found: unknown, expected: unknown): Outcome {
  const [actual, wanted] = [JSON.stringify(found), JSON.stringify(expected)]
  return actual === wanted ? passed : { type: 'disagrees', detail: `${actual} instead of ${wanted}` }
}

export function tally(file: string, judgements: readonly Judgement[]): Tally {
  const deviating = new Map<string, string[]>()
  const reasons = new Map<string, number>()
  const failed: string[] = []
  const needless: string[] = []
  let agreeing = 0
  for (const { id, outcome } of judgements) {
    const deviation = deviationOf(id)
    if (outcome.type === 'passed') agreeing++
    if (outcome.type === 'out of scope') reasons.set(outcome.reason, (reasons.get(outcome.reason) ?? 0) + 1)
    else if (outcome.type === 'passed' && deviations.has(id)) needless.push(id)
    else if (outcome.type === 'disagrees' && deviation === undefined) failed.push(`${id}: ${outcome.detail}`)
    else if (outcome.type === 'disagrees' && deviation !== undefined)
      deviating.set(deviation, [...(deviating.get(deviation) ?? []), id])
  }
  return { file, passed: agreeing, deviating, failed, outOfScope: reasons, needless }
}

/** Its own, or that of the whole fact it is a part of. */
function deviationOf(id: string): string | undefined {
  return deviations.get(id) ?? deviations.get(`${id.split(': ')[0]}: *`)
}

export function printTally({ file, passed: agreeing, deviating, failed, outOfScope: reasons }: Tally): string {
  const deviated = [...deviating.values()].reduce((sum, ids) => sum + ids.length, 0)
  const left = [...reasons.values()].reduce((sum, count) => sum + count, 0)
  return [
    `${file}: ${agreeing} passed, ${deviated} deviating, ${failed.length} failed, ${left} out of scope`,
    ...failed.map((line) => `  FAILED ${line}`),
    ...[...reasons].sort((a, b) => b[1] - a[1]).map(([why, count]) => `  ${count} out of scope: ${why}`),
  ].join('\n')
}

/** A line for each reason, of all files together. */
export function printDeviations(tallies: readonly Tally[]): string {
  const all = new Map<string, string[]>()
  for (const [why, ids] of tallies.flatMap(({ deviating }) => [...deviating]))
    all.set(why, [...(all.get(why) ?? []), ...ids])
  const numbered = [...all].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
  return ['deviations:', ...numbered.map(([why, ids]) => `  ${why}: ${ids.length} (${shorten(ids)})`)].join('\n')
}

function shorten(ids: readonly string[]): string {
  return ids.length > 6 ? `${ids.slice(0, 6).join(', ')}, ...` : ids.join(', ')
}
