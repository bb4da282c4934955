/** The answer to a question of people's: who reaches whom, who does not, which lines say so and which would have to change. */

import { positionOf } from '../diagnostic/source.ts'
import type { Style } from '../diagnostic/style.ts'
import { plainWhyNot, whyNotLines } from '../explain/print-why-not.ts'
import { printPacket } from '../packet/print-packet.ts'
import type { Question } from '../packet/read-question.ts'
import type { Answer, Flow, JudgedLeg } from '../pipeline/answer-question.ts'
import { printJson } from './command-io.ts'
import { endsOf, type FlowGroup, groupFlows, type ToldEnd } from './group-flows.ts'

export interface AnswerContext {
  readonly question: Question
  readonly detail: 'nearest' | 'every'
}

export type AnswerVerdict = Flow['verdict'] | 'mixed'

export function verdictOf({ flows }: Answer): AnswerVerdict {
  const [first] = flows
  return first !== undefined && flows.every(({ verdict }) => verdict === first.verdict) ? first.verdict : 'mixed'
}

export function printAnswerText(answer: Answer, context: AnswerContext, style: Style): string {
  const verdict = verdictOf(answer)
  const paint = { allow: style.green, deny: style.red, mixed: style.yellow }
  const { from, to, transport } = context.question
  const lines = [`${paint[verdict](verdict)}  ${transport.join(' ')} from ${from} to ${to}`]
  for (const group of groupFlows(answer.flows)) {
    lines.push(
      '',
      ...['from', 'to'].map((side) => `  ${side.padEnd(4)}  ${endsText(endsOf(group, side as 'from' | 'to'))}`),
    )
    lines.push(...legLines(group, context, style))
  }
  if (answer.notes.length > 0) lines.push('', ...answer.notes.map((note) => style.yellow(`  note: ${note}`)))
  return `${lines.join('\n')}\n`
}

export function printAnswerJson(answer: Answer, { question, detail }: AnswerContext): string {
  const { from, to, transport } = question
  return printJson({
    verdict: verdictOf(answer),
    question: { from, to, packet: transport.join(' ') },
    groups: groupFlows(answer.flows).map((group) => ({
      verdict: group.verdict,
      from: endsOf(group, 'from'),
      to: endsOf(group, 'to'),
      legs: group.flows[0].legs.map((leg) => plainLeg(leg, { group, detail })),
    })),
    notes: answer.notes,
  })
}

const mostEnds = 4

function endsText(ends: readonly ToldEnd[]): string {
  const texts = ends.slice(0, mostEnds).map(({ name, addresses }) => {
    const shown = addresses.slice(0, mostEnds)
    const more = addresses.length > shown.length ? `, ... (${addresses.length})` : ''
    return addresses.length === 1 && addresses[0] === name ? name : `${name} (${shown.join(', ')}${more})`
  })
  return `${texts.join(', ')}${ends.length > mostEnds ? `, ... (${ends.length})` : ''}`
}

function legLines(group: FlowGroup, { detail }: AnswerContext, style: Style): readonly string[] {
  const { legs } = group.flows[0]
  const titles = legs.map((leg, at) => `${leg.way} ${hostsText(hostsOf(group, at))}`)
  const width = Math.max(...titles.map(({ length }) => length))
  return legs.flatMap((leg, at) => {
    const { verdict } = leg.explanation.trace
    const word = verdict === 'allow' ? style.green('allow') : style.red('deny ')
    const line = `    ${titles[at]?.padEnd(width)}  ${word}  ${originText(leg)}`
    const denial = leg.explanation.denial()
    const why = denial === undefined ? [] : whyNotLines(denial.why, { ...denial, detail }, style)
    const packet = verdict === 'allow' ? [] : [style.dim(`as of --host ${leg.node} ${printPacket(leg.packet)}`)]
    return [line, ...[...packet, ...why].map((text) => `      ${text}`)]
  })
}

/** Hosts and interfaces that take this part of the way, each once. */
function hostsOf({ flows }: FlowGroup, at: number): readonly string[] {
  return [
    ...new Set(
      flows.flatMap(({ legs }) => {
        const leg = legs[at]
        if (leg === undefined) return []
        const by = [leg.iif, leg.oif].filter((name) => name !== undefined)
        return [`${leg.node} by ${by.join(' and ')}`]
      }),
    ),
  ]
}

function hostsText(hosts: readonly string[]): string {
  return `${hosts.slice(0, 3).join(', ')}${hosts.length > 3 ? `, ... (${hosts.length})` : ''}`
}

function originText({ explanation: { trace, originOf } }: JudgedLeg): string {
  const { decidedBy } = trace
  const origin = decidedBy === undefined ? undefined : originOf(decidedBy)
  if (origin === undefined)
    return isUnpoliced(trace) ? 'unpoliced: nothing there judges such packets' : 'nothing denies it'
  const { text, span } = origin
  return span === undefined ? text : `${text} (${span.source.path}:${positionOf(span).line})`
}

function isUnpoliced({ verdict, touched }: JudgedLeg['explanation']['trace']): boolean {
  return verdict === 'allow' && !touched
}

function plainLeg(
  leg: JudgedLeg,
  { group, detail }: { readonly group: FlowGroup; readonly detail: AnswerContext['detail'] },
) {
  const { trace, originOf } = leg.explanation
  const denial = leg.explanation.denial()
  const origin = trace.decidedBy === undefined ? undefined : originOf(trace.decidedBy)
  return {
    way: leg.way,
    hosts: hostsOf(group, group.flows[0].legs.indexOf(leg)),
    verdict: trace.verdict,
    unpoliced: isUnpoliced(trace),
    packet: printPacket(leg.packet),
    decidedBy:
      origin === undefined
        ? null
        : {
            origin: origin.text,
            file: origin.span?.source.path ?? null,
            line: origin.span === undefined ? null : positionOf(origin.span).line,
          },
    whyNot: denial === undefined ? null : plainWhyNot(denial.why, { ...denial, detail }),
  }
}
