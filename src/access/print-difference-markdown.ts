/** The difference in access as a comment on a pull request: a headline, a table, what is long folded away. */

import type { AccessDifference, DifferenceNote, FlowDifference } from './access-difference.ts'
import { plural } from './group-results.ts'
import { byHosts, headline, printPlaceAfter, printReason, shortened } from './print-difference.ts'

/** GitHub takes 65,536 characters, GitLab more; some are left for what a workflow adds. */
const mostCharacters = 60_000
const mostPackets = 3

/** Without the revisions, so that a comment stays as it is as long as the access does. Below 65,536 characters, with a line that says what was left out. */
export function printDifferenceMarkdown(difference: AccessDifference): string {
  const { flows, notes } = difference
  const parts = [
    `### Access: ${headline(difference)}\n`,
    ...notesPart(notes),
    ...tablePart(flows),
    ...byHosts(flows).map(detailsPart),
  ]
  const kept: string[] = []
  let size = 0
  for (const part of parts) {
    size += part.length + 1
    if (size > mostCharacters) break
    kept.push(part)
  }
  const left = parts.length - kept.length
  return `${[...kept, ...(left === 0 ? [] : [leftOut(left)])].join('\n').trimEnd()}\n`
}

function leftOut(count: number): string {
  return `\n${plural(count, 'part')} left out, which would make the comment too long: \`rampart diff\` shows all of it.`
}

function notesPart(notes: readonly DifferenceNote[]): readonly string[] {
  if (notes.length === 0) return []
  const icons: Partial<Readonly<Record<DifferenceNote['type'], string>>> = {
    'host-vanishes': '⚠️ ',
    'becomes-unpoliced': '⚠️ ',
  }
  return [
    ...notes.map(({ type, text, place }) => `- ${icons[type] ?? ''}${escaped(text)}${escaped(printPlaceAfter(place))}`),
    '',
  ]
}

/** One part a row, so that whole rows are left out. */
function tablePart(flows: readonly FlowDifference[]): readonly string[] {
  if (flows.length === 0) return []
  const rows = flows.map(({ effect, hostsText, way, packets, after, management }) => {
    const cells = [
      effect === 'gains' ? '➕ gains' : '➖ loses',
      escaped(hostsText),
      escaped(way),
      shortened(packets, mostPackets).map(code).join('<br>'),
      `${escaped(printReason(after))}${management.map((port) => `<br>⚠️ management port: ${escaped(port)}`).join('')}`,
    ]
    return `| ${cells.join(' | ')} |`
  })
  const says = flows.some(({ packets }) => packets.some((text) => text.includes('(before)')))
  const explanation = says ? ['`(before)`: as the old revision defines the name.', ''] : []
  return [['| | hosts | where | what | now |', '|---|---|---|---|---|'].join('\n'), ...rows, '', ...explanation]
}

function detailsPart(group: readonly FlowDifference[]): string {
  const [first] = group
  const title = `${first?.hostsText ?? ''}: ${plural(group.length, 'flow')}`
  const hosts = (first?.hosts.length ?? 0) > 1 ? [`Hosts: ${first?.hosts.map(escaped).join(', ')}`, ''] : []
  const flows = group.flatMap(({ effect, way, packets, before, after }) => [
    `- ${effect}, ${escaped(way)}`,
    ...packets.map((text) => `  - ${code(text)}`),
    `  - was ${escaped(printReason(before))}`,
    `  - now ${escaped(printReason(after))}`,
  ])
  return ['<details>', `<summary>${escaped(title)}</summary>`, '', ...hosts, ...flows, '', '</details>', ''].join('\n')
}

function code(text: string): string {
  return text.startsWith('and ') ? text : `\`${text.replaceAll('`', "'").replaceAll('|', '\\|')}\``
}

function escaped(text: string): string {
  return text.replace(/[\\`*_[\]|<>]/g, (character) =>
    character === '<' ? '&lt;' : character === '>' ? '&gt;' : `\\${character}`,
  )
}
