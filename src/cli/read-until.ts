/** When something is to end, as people say it: a moment, or how long from now. */

import { momentExample, readMoment } from '../validate/read-moment.ts'

const units: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

/** RFC 3339, or a number and s, m, h or d. A string says why it is neither, or not to come. */
export function readUntil(text: string, now: Date): Date | string {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const spanMs = Number(count) * (units.get(unit) ?? 0)
  const until = count === undefined ? readMoment(text) : new Date(now.getTime() + spanMs)
  if (typeof until === 'string') return `write a time as ${momentExample}, or how long from now, as 90m, 2h or 3d`
  return until <= now ? 'it must lie in the future' : until
}
