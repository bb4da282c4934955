/** A plan for people and programs: every difference with the policy line that caused it. */

import { positionOf, type Span } from '../diagnostic/source.ts'
import type { Style } from '../diagnostic/style.ts'
import { type Difference, describePlan } from './describe-plan.ts'
import type { Plan } from './plan.ts'

export interface PlanContext {
  readonly node: string
  /** Of the desired table: the policy place behind a rule's comment. */
  readonly origins: ReadonlyMap<string, Span>
  /** What an object belongs to that decides nothing about packets; undefined for all others. */
  readonly asideOf: (object: string) => string | undefined
}

/** What decides nothing is shown in full only up to so many differences. */
const mostShownAside = 12

/** One line a difference, grouped by the object it belongs to; a summary at the end. */
export function printPlanText(plan: Plan, context: PlanContext, style: Style): string {
  const differences = describePlan(plan)
  if (differences.length === 0) return `${context.node}: in sync, nothing to do\n`
  const lines = [`${context.node}: what has to change in table inet rampart`, '']
  const { shown, asides } = partsOf(differences, context)
  for (const group of groupsOf(shown))
    lines.push(style.bold(group.title), ...group.members.map((member) => memberLine(member, context, style)), '')
  for (const { title, members } of asides) lines.push(style.bold(title), `  ${summaryOf(members)}`, '')
  return [...lines, summaryOf(differences), ''].join('\n')
}

/** A fenced diff block with a summary above it. */
export function printPlanMarkdown(plan: Plan, context: PlanContext): string {
  const differences = describePlan(plan)
  if (differences.length === 0) return `**${context.node}**: in sync, nothing to do\n`
  const { shown, asides } = partsOf(differences, context)
  const details = groupsOf(shown).flatMap((group) => [
    `@@ ${group.title} @@`,
    ...group.members.map(
      (member) => `${sign(member)} ${member.text || member.name}${placeOf(member, context, '  # ')}`,
    ),
  ])
  const lines = [...details, ...asides.flatMap(({ title, members }) => [`@@ ${title} @@`, `  ${summaryOf(members)}`])]
  return [`**${context.node}**: ${summaryOf(differences)}`, '', '```diff', ...lines, '```', ''].join('\n')
}

/** Every difference, counters included; `file` and `line` where the policy is known. */
export function printPlanJson(plan: Plan, context: PlanContext): string {
  const differences = describePlan(plan).map((difference) => {
    const span = difference.comment === undefined ? undefined : context.origins.get(difference.comment)
    return {
      action: difference.action,
      object: difference.object,
      name: difference.name,
      text: difference.text,
      origin: difference.comment ?? null,
      file: span?.source.path ?? null,
      line: span === undefined ? null : positionOf(span).line,
    }
  })
  return `${JSON.stringify({ version: 1, node: context.node, inSync: differences.length === 0, differences }, null, 2)}\n`
}

/** `+ rule in ingress/web: tcp dport 80 ... accept`: one difference without its surroundings. */
export function printDifference(difference: Difference): string {
  const where =
    difference.object === 'rule' || difference.object === 'element'
      ? `${difference.object} in `
      : `${difference.object} `
  const text = difference.text === '' ? '' : `: ${difference.text}`
  const origin = difference.comment === undefined ? '' : ` (${difference.comment})`
  return `${sign(difference)} ${where}${difference.name}${text}${origin}`
}

interface Group {
  readonly title: string
  readonly members: readonly Difference[]
}

/** Without counters, which say nothing by themselves; of what decides nothing only the sums, where it is long. */
function partsOf(
  differences: readonly Difference[],
  { asideOf }: PlanContext,
): { readonly shown: readonly Difference[]; readonly asides: readonly Group[] } {
  const visible = differences.filter((difference) => difference.object !== 'counter')
  const groups = new Map<string, Difference[]>()
  for (const difference of visible) {
    const title = asideOf(difference.name)
    if (title === undefined) continue
    const group = groups.get(title) ?? []
    groups.set(title, group)
    group.push(difference)
  }
  const isLong = (title: string | undefined): boolean =>
    title !== undefined && (groups.get(title)?.length ?? 0) > mostShownAside
  return {
    shown: visible.filter((difference) => !isLong(asideOf(difference.name))),
    asides: [...groups].flatMap(([title, members]) => (isLong(title) ? [{ title, members }] : [])),
  }
}

/** Neighbours of one chain, set or map together; an object that comes or goes leads its members. */
function groupsOf(differences: readonly Difference[]): readonly Group[] {
  const groups = new Map<string, { title: string; members: Difference[] }>()
  for (const difference of differences) {
    const isMember = difference.object === 'rule' || difference.object === 'element'
    const key = `${difference.object === 'rule' ? 'chain' : difference.object === 'element' ? 'set' : difference.object} ${difference.name}`
    const id = key.replace(/^map /, 'set ')
    const group = groups.get(id) ?? { title: key, members: [] }
    groups.set(id, group)
    if (isMember) group.members.push(difference)
    else
      group.title = `${sign(difference)} ${difference.object} ${difference.name}${difference.text && `  ${difference.text}`}`
  }
  return [...groups.values()]
}

function memberLine(member: Difference, context: PlanContext, style: Style): string {
  const paint = member.action === 'add' ? style.green : style.red
  return `  ${paint(`${sign(member)} ${member.text}`)}${style.dim(placeOf(member, context, '\n      '))}`
}

function placeOf(member: Difference, context: PlanContext, separator: string): string {
  if (member.comment === undefined) return ''
  const span = context.origins.get(member.comment)
  const file = span === undefined || span.source.text === '' ? '' : ` (${span.source.path}:${positionOf(span).line})`
  return `${separator}${member.comment}${file}`
}

function sign(difference: Difference): string {
  return difference.action === 'add' ? '+' : '-'
}

function summaryOf(differences: readonly Difference[]): string {
  const parts = (['rule', 'element', 'chain', 'set', 'map', 'counter', 'foreign'] as const).flatMap((object) => {
    const [added, deleted] = (['add', 'delete'] as const).map(
      (action) =>
        differences.filter((difference) => difference.object === object && difference.action === action).length,
    )
    return added || deleted ? [`${nouns[object]} +${added} -${deleted}`] : []
  })
  const table = differences.find((difference) => difference.object === 'table')
  const whole =
    table === undefined ? [] : [table.action === 'delete' ? 'the table is removed' : 'the table is written whole']
  return [...whole, ...parts].join(', ')
}

const nouns = {
  rule: 'rules',
  element: 'elements',
  chain: 'chains',
  set: 'sets',
  map: 'maps',
  counter: 'counters',
  foreign: 'foreign objects',
}
