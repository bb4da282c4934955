/** The difference in access for people at a terminal and for programs. */

import type { Style } from '../diagnostic/style.ts'
import { type AccessDifference, type FlowDifference, isSameAccess, type Reason } from './access-difference.ts'
import { groupBy, plural } from './group-results.ts'

/** `a1b2c3d4e5`, `working tree`. */
export interface DiffContext {
  readonly base: string
  readonly head: string
}

/** In the text of one flow; the JSON has all. */
const mostPackets = 8
const mostHosts = 12

export function printDifferenceText(difference: AccessDifference, context: DiffContext, style: Style): string {
  const { flows, notes } = difference
  const lines = [style.bold(headline(difference)), style.dim(`${context.base} -> ${context.head}`), '']
  for (const group of byHosts(flows)) {
    const [first] = group
    if (first === undefined) continue
    lines.push(style.bold(first.hostsText) + hostList(first))
    lines.push(...group.flatMap((flow) => flowLines(flow, style)), '')
  }
  if (notes.length > 0)
    lines.push(style.bold('notes'), ...notes.map(({ text, place }) => `  ${text}${printPlaceAfter(place)}`), '')
  return lines.join('\n')
}

export function printDifferenceJson({ hosts, flows, notes }: AccessDifference, context: DiffContext): string {
  const reason = ({ verdict, text, place }: Reason) => ({
    verdict,
    origin: text,
    file: place?.file ?? null,
    line: place?.line ?? null,
  })
  const document = {
    version: 1,
    ...context,
    same: isSameAccess({ hosts, flows, notes }),
    hosts,
    flows: flows.map(({ effect, hosts: on, way, packets, before, after, management }) => ({
      effect,
      hosts: on,
      way,
      packets,
      before: reason(before),
      after: reason(after),
      management,
    })),
    notes: notes.map(({ type, text, hosts: on, place }) => ({
      type,
      text,
      hosts: on,
      file: place?.file ?? null,
      line: place?.line ?? null,
    })),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

/** `3 flows gain access, 1 loses it, on 4 of 5 hosts`. */
export function headline(difference: AccessDifference): string {
  const { flows, hosts } = difference
  if (isSameAccess(difference)) return `the same access on ${plural(hosts, 'host')}`
  if (flows.length === 0) return `no flow of ${plural(hosts, 'host')} changes, but see the notes`
  const [gains, losses] = (['gains', 'loses'] as const).map(
    (word) => flows.filter(({ effect }) => effect === word).length,
  )
  const on = new Set(flows.flatMap((flow) => flow.hosts)).size
  const gained = gains === 0 ? [] : [`${plural(gains ?? 0, 'flow')} ${gains === 1 ? 'gains' : 'gain'} access`]
  const subject = gains === 0 ? `${plural(losses ?? 0, 'flow')}` : `${losses}`
  const lost = losses === 0 ? [] : [`${subject} ${losses === 1 ? 'loses' : 'lose'} ${gains === 0 ? 'access' : 'it'}`]
  return `${[...gained, ...lost].join(', ')}, on ${on === hosts ? '' : `${on} of `}${plural(hosts, 'host')}`
}

/** Those with the same hosts, which come one after the other. */
export function byHosts(flows: readonly FlowDifference[]): readonly (readonly FlowDifference[])[] {
  return groupBy(flows, ({ hosts }) => hosts.join(' '))
}

function hostList({ hosts, hostsText }: FlowDifference): string {
  if (hosts.length === 1 || hosts.join(', ') === hostsText) return ''
  return `: ${shortened(hosts, mostHosts).join(', ')}`
}

function flowLines(
  { effect, way, packets, before, after, management }: FlowDifference,
  style: Style,
): readonly string[] {
  const [sign, paint] = effect === 'gains' ? (['+', style.green] as const) : (['-', style.red] as const)
  return [
    `  ${way}`,
    ...shortened(packets, mostPackets).map((text) => paint(`  ${sign} ${text}`)),
    style.dim(`      was ${printReason(before)}`),
    style.dim(`      now ${printReason(after)}`),
    ...management.map((port) => style.yellow(`      ! management port: ${port}`)),
  ]
}

export function printReason({ verdict, text, place }: Reason): string {
  return `${verdict === 'allow' ? 'allowed' : 'denied'}: ${text}${printPlaceAfter(place)}`
}

export function printPlaceAfter(place: Reason['place']): string {
  return place === undefined ? '' : ` (${place.file}:${place.line})`
}

/** The first of them, and how many more there are. */
export function shortened(texts: readonly string[], most: number): readonly string[] {
  return texts.length <= most ? texts : [...texts.slice(0, most - 1), `and ${texts.length - most + 1} more`]
}
