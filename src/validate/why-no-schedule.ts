/** Checks a cron expression of five fields: minute, hour, day of month, month, day of week. */

interface Field {
  readonly name: string
  readonly from: number
  readonly to: number
  /** Three-letter names, from the first number on. */
  readonly names: readonly string[]
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const fields: readonly Field[] = [
  { name: 'minute', from: 0, to: 59, names: [] },
  { name: 'hour', from: 0, to: 23, names: [] },
  { name: 'day of the month', from: 1, to: 31, names: [] },
  { name: 'month', from: 1, to: 12, names: months },
  { name: 'day of the week', from: 0, to: 7, names: days },
]
const longestMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Second half of a sentence; undefined when the agent can follow the schedule. */
export function whyNoSchedule(text: string): string | undefined {
  const words = text.trim().split(/\s+/)
  if (words.length !== fields.length)
    return 'write five fields: minute, hour, day of the month, month and day of the week, as "*/5 * * * *"'
  for (const [index, field] of fields.entries()) {
    if (readField(words[index] ?? '', field) === undefined) {
      return `"${words[index]}" is not a ${field.name}: use ${field.from} to ${field.to}, "*", lists with "," and ranges with "-", steps with "/"`
    }
  }
  return words[4] === '*' && neverComes(words) ? 'no month has such a day, so it would never run' : undefined
}

function neverComes(words: readonly string[]): boolean {
  const dates = fields[2] === undefined ? [] : (readField(words[2] ?? '', fields[2]) ?? [])
  const inMonths = fields[3] === undefined ? [] : (readField(words[3] ?? '', fields[3]) ?? [])
  return !inMonths.some((month) => dates.some((date) => date <= (longestMonths[month - 1] ?? 0)))
}

/** The numbers a field stands for. */
function readField(word: string, field: Field): readonly number[] | undefined {
  const parts = word.split(',').map((part) => readPart(part, field))
  return parts.some((part) => part === undefined) ? undefined : parts.flatMap((part) => part ?? [])
}

function readPart(part: string, field: Field): readonly number[] | undefined {
  const match = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/(\d{1,2}))?$/.exec(part)
  if (match === null) return undefined
  const [, first, last, step] = match
  const from = first === undefined ? field.from : readNumber(first, field)
  const to = last !== undefined ? readNumber(last, field) : first === undefined || step !== undefined ? field.to : from
  const stride = step === undefined ? 1 : Number(step)
  if (from === undefined || to === undefined || from > to || stride < 1) return undefined
  return Array.from({ length: Math.floor((to - from) / stride) + 1 }, (_, index) => from + index * stride)
}

function readNumber(word: string, { from, to, names }: Field): number | undefined {
  const named = names.indexOf(word.toLowerCase())
  const number = named === -1 ? (/^\d{1,2}$/.test(word) ? Number(word) : Number.NaN) : from + named
  return number >= from && number <= to ? number : undefined
}
