/** The part of README that the bench writes: found, and replaced. */

const begin = '<!-- measured and written by npm run bench -- --readme -->\n'
const end = '<!-- end of what the bench wrote -->\n'
/** Stands there until somebody has measured. */
export const notMeasured = 'Not measured yet.\n'

/** Without the lines around it. @throws Error when README has no such part */
export function reportIn(readme: string): string {
  const { from, to } = placeIn(readme)
  return readme.slice(from, to).trim().concat('\n')
}

export function withReport(readme: string, report: string): string {
  const { from, to } = placeIn(readme)
  return `${readme.slice(0, from)}\n${report}\n${readme.slice(to)}`
}

function placeIn(readme: string): { readonly from: number; readonly to: number } {
  const [start, to] = [readme.indexOf(begin), readme.indexOf(end)]
  if (start === -1 || to < start) throw new Error('README has no part for the bench')
  return { from: start + begin.length, to }
}
