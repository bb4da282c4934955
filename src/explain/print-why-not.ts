/** Why a packet is denied and what would have to change, for people and for programs. */

import { positionOf } from '../diagnostic/source.ts'
import type { Style } from '../diagnostic/style.ts'
import type { NamedSet } from '../ruleset/named-set.ts'
import { describeMiss } from './describe-miss.ts'
import type { SeenPacket } from './seen-packet.ts'
import type { Line, Missed, WhyNot } from './why-not.ts'

export interface WhyNotContext {
  readonly seen: SeenPacket
  readonly sets: ReadonlyMap<string, NamedSet>
  /** What denies where no line does: `HostEndpoint/web-1 ingress default`. */
  readonly denial: string
  /** `nearest`: a few, and only where little would have to change. */
  readonly detail: 'nearest' | 'every'
}

const mostNearest = 3
const farthest = 2

/** Lines without indentation. */
export function whyNotLines(why: WhyNot, context: WhyNotContext, style: Style): readonly string[] {
  const { deniedBy, station } = why
  const where = station === undefined ? 'nothing is asked that could allow it' : `nothing in ${station} allows it`
  const decided = deniedBy === undefined ? `${where}, so ${context.denial} denies it` : `${placed(deniedBy)} denies it`
  const shown = shownOf(why, context)
  const left = why.missed.length - shown.length
  return [
    `${style.bold('why not:')} ${decided}`,
    ...behindLines(why, context, style),
    ...shown.map((missed) => `  ${placed(missed.line)} would allow it, but ${missText(missed, context)}`),
    ...(left > 0
      ? [
          style.dim(
            `  ${shown.length === 0 ? 'none' : 'no other'} of ${why.missed.length} comes near: --why-not shows all`,
          ),
        ]
      : []),
  ]
}

/** Of many that deny as well only the first. */
function behindLines({ behind }: WhyNot, { detail }: WhyNotContext, style: Style): readonly string[] {
  const [denying, allowing] = [behind.slice(0, -1), behind.slice(-1)]
  const shown = detail === 'every' ? denying : denying.slice(0, mostNearest)
  const left = denying.length - shown.length
  return [
    ...shown.map((line) => `  behind it ${placed(line)} denies it, too`),
    ...(left > 0 ? [style.dim(`  and so do ${left} more: --why-not shows all`)] : []),
    ...allowing.map((line) => `  behind it ${style.green(placed(line))} would allow it`),
  ]
}

export function plainWhyNot(why: WhyNot, context: WhyNotContext) {
  const { deniedBy, station, behind } = why
  return {
    denial: context.denial,
    deniedBy: deniedBy === undefined ? null : plainLine(deniedBy),
    where: station ?? null,
    behind: behind.map((line) => ({ ...plainLine(line), action: line.action })),
    missed: shownOf(why, context).map(({ line, failing }) => ({
      ...plainLine(line),
      failing:
        failing.length === 0
          ? [never(context)]
          : failing.map((match) => describeMiss(match, context.seen, context.sets)),
    })),
  }
}

function shownOf({ missed }: WhyNot, { detail }: WhyNotContext): readonly Missed[] {
  if (detail === 'every') return missed
  return missed.filter(({ distance }) => distance <= farthest).slice(0, mostNearest)
}

function missText({ failing }: Missed, context: WhyNotContext): string {
  if (failing.length === 0) return never(context)
  return failing.map((match) => describeMiss(match, context.seen, context.sets)).join(', and ')
}

function never({ seen }: WhyNotContext): string {
  return `it matches no IPv${seen.family} packet: what it names has no such address`
}

function placed({ text, span }: Line): string {
  return `${text} (${span.source.path}:${positionOf(span).line})`
}

function plainLine({ text, span }: Line) {
  return { origin: text, file: span.source.path, line: positionOf(span).line }
}
