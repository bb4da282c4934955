/** A moment for people: when it is, and how far away. */

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** `2030-01-01 12:00:00 UTC (3 minutes ago)`. @param time RFC 3339 */
export function printMoment(time: string, now: Date): string {
  const moment = new Date(time)
  const text = moment
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC')
  const seconds = Math.round((moment.getTime() - now.getTime()) / 1000)
  return `${text} (${seconds > 0 ? `in ${printSpan(seconds)}` : seconds === 0 ? 'now' : `${printSpan(-seconds)} ago`})`
}

/** In the largest unit that fits, rounded down. */
function printSpan(seconds: number): string {
  const [unit, size] = units.find(([, least]) => seconds >= least) ?? ['second', 1]
  const count = Math.floor(seconds / size)
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
