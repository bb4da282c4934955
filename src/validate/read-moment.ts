/** Reads a moment as RFC 3339 writes it, with its zone. */

/** In words, for messages. */
export const momentExample = '2030-01-31T18:00:00Z'

const form = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/

/** A string says why it is none. */
export function readMoment(text: string): Date | string {
  const [, day, time, fraction = '', zone] = form.exec(text) ?? []
  if (day === undefined || time === undefined || zone === undefined) return whyNoMoment(text)
  const moment = new Date(`${day}T${time}${fraction}${zone.toUpperCase()}`)
  // a day that its month does not have becomes one of the next
  const isDay = new Date(`${day}T00:00:00Z`)
  const exists = !Number.isNaN(isDay.getTime()) && isDay.toISOString().startsWith(day)
  return exists && !Number.isNaN(moment.getTime()) ? moment : 'there is no such time'
}

function whyNoMoment(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text))
    return `the time of day is missing: write ${text}T00:00:00Z, with the zone that is meant`
  if (form.test(`${text}Z`)) return `the zone is missing: write ${text}Z for UTC, or an offset as +01:00`
  return `write it as RFC 3339 does: ${momentExample}`
}
