/** A trace for people and for programs: what becomes of the packet, stage by stage, and which line said so. */

import { positionOf, type Span } from '../diagnostic/source.ts'
import type { Style } from '../diagnostic/style.ts'
import type { NamedSet } from '../ruleset/named-set.ts'
import { printRule, printVerdict } from '../ruleset/print-rule.ts'
import { describeOutcome } from './describe-outcome.ts'
import { plainWhyNot, type WhyNotContext, whyNotLines } from './print-why-not.ts'
import type { Stage, Step } from './step.ts'
import type { Trace } from './trace.ts'
import type { WhyNot } from './why-not.ts'

/** Who wanted a rule. */
export interface Origin {
  /** `GlobalNetworkPolicy/web ingress[0]` */
  readonly text: string
  readonly span: Span | undefined
}

export interface TraceContext {
  /** Of the table, for what they stand for. */
  readonly sets: ReadonlyMap<string, NamedSet>
  /** The packet in words. */
  readonly packet: string
  /** Words of the packet that nobody said. */
  readonly assumed: readonly string[]
  /** `every`: each rule that was tried, too. */
  readonly detail: 'deciding' | 'every'
  readonly originOf: (step: Step) => Origin | undefined
  /** What is tried out beside and would have decided otherwise. */
  readonly staged: readonly StagedAnswer[]
  /** Why it is denied, where a list says so. */
  readonly denial: (WhyNotContext & { readonly why: WhyNot }) | undefined
}

export interface StagedAnswer {
  /** `StagedGlobalNetworkPolicy/web` */
  readonly origin: string
  readonly direction: 'ingress' | 'egress'
  readonly outcome: 'denied' | 'allowed'
}

export function printTraceText(trace: Trace, context: TraceContext, style: Style): string {
  const verdict = trace.verdict === 'allow' ? style.green('allow') : style.red('deny')
  const lines = [`${verdict}  ${context.packet}`]
  if (context.assumed.length > 0) lines.push(style.dim(`  assumed: ${context.assumed.join(' ')}`))
  if (trace.unknown) lines.push(style.yellow('  not sure: a rule on the way cannot be judged'))
  if (isUnpoliced(trace)) lines.push('  unpoliced: nothing here judges such packets')
  const told = context.detail === 'every' ? trace.stages : trace.stages.filter(isTelling)
  const width = Math.max(...told.map((stage) => stage.chain.length), 0)
  for (const stage of told) {
    lines.push(`  ${stage.chain.padEnd(width)}  ${stageText(stage, context, style)}`)
    if (context.detail === 'every') lines.push(...stepLines(stage, context, style))
  }
  if (context.staged.length > 0) lines.push(`  staged: ${context.staged.map(stagedText).join('; ')}`)
  const { denial } = context
  if (denial !== undefined) lines.push(...whyNotLines(denial.why, denial, style).map((line) => `  ${line}`))
  return `${lines.join('\n')}\n`
}

function stagedText({ origin, direction, outcome }: StagedAnswer): string {
  return `${origin} ${direction} would have ${outcome} it`
}

export function printTraceJson(trace: Trace, context: TraceContext): string {
  const answer = {
    version: 1,
    verdict: trace.verdict,
    unpoliced: isUnpoliced(trace),
    stages: trace.stages.map((stage) => plainStage(stage, context)),
    staged: context.staged,
    decidedBy: trace.decidedBy === undefined ? null : plainOrigin(trace.decidedBy, context),
    whyNot: context.denial === undefined ? null : plainWhyNot(context.denial.why, context.denial),
  }
  return `${JSON.stringify(answer, null, 2)}\n`
}

/** A hook that only looked at the interface and let the packet pass has nothing to tell. */
function isTelling(stage: Stage): boolean {
  return stage.verdict === 'drop' || stage.unknown || (stage.touched && stage.decidedBy !== undefined)
}

function isUnpoliced({ verdict, touched }: Trace): boolean {
  return verdict === 'allow' && !touched
}

function stageText(stage: Stage, context: TraceContext, style: Style): string {
  const verdict = stage.verdict.padEnd(6)
  const step = stage.decidedBy
  if (step === undefined) return `${verdict}  ${style.dim('no rule decides: the end of the chain')}`
  const origin = originText(step, context)
  return `${verdict}  ${origin === '' ? '' : `${origin}  `}${style.dim(ruleText(step))}`
}

/** Indented by depth, a chain's name where the walk enters it or comes back to it. */
function stepLines(stage: Stage, context: TraceContext, style: Style): readonly string[] {
  return stage.steps.flatMap((step, at) => {
    const indent = '  '.repeat(step.depth)
    const before = stage.steps[at - 1]
    const isNew = before?.chain !== step.chain || before.depth !== step.depth
    const title = isNew ? [`    ${indent}${style.bold(step.chain)}`] : []
    return [...title, `    ${indent}${stepText(step, stage, { context, style })}`]
  })
}

function stepText(
  step: Step,
  stage: Stage,
  { context, style }: { readonly context: TraceContext; readonly style: Style },
): string {
  const place = `${String(step.index).padStart(3)}  ${ruleText(step)}`
  if (step.outcome.type !== 'matched')
    return `${style.dim(`- ${place}`)}: ${describeOutcome(step.outcome, stage.seen, context.sets)}`
  const found =
    step.rule.verdict?.type === 'lookup' && step.outcome.verdict ? `: ${printVerdict(step.outcome.verdict)}` : ''
  const origin = originText(step, context)
  return `${style.green('+')} ${place}${found}${origin === '' ? '' : `  ${origin}`}`
}

/** Without its comment, which the origin says in full. */
function ruleText(step: Step): string {
  return printRule({ ...step.rule, comment: undefined })
}

function originText(step: Step, context: TraceContext): string {
  const origin = context.originOf(step)
  if (origin?.span === undefined) return origin?.text ?? ''
  return `${origin.text} (${origin.span.source.path}:${positionOf(origin.span).line})`
}

function plainStage(stage: Stage, context: TraceContext) {
  const { chain, hook, priority, verdict, unknown, decidedBy } = stage
  return {
    chain,
    hook,
    priority,
    verdict,
    unknown,
    decidedBy: decidedBy === undefined ? null : { ...plainOrigin(decidedBy, context), rule: ruleText(decidedBy) },
    ...(context.detail === 'every' ? { steps: stage.steps.map((step) => plainStep(step, stage, context)) } : {}),
  }
}

function plainStep(step: Step, stage: Stage, context: TraceContext) {
  return {
    chain: step.chain,
    index: step.index,
    rule: ruleText(step),
    outcome: step.outcome.type,
    reason: describeOutcome(step.outcome, stage.seen, context.sets) || null,
    counters: step.counters,
    ...plainOrigin(step, context),
  }
}

/** The origin of a rule that no policy wrote is the rule itself. */
function plainOrigin(step: Step, context: TraceContext) {
  const origin = context.originOf(step)
  return {
    origin: origin?.text ?? ruleText(step),
    file: origin?.span?.source.path ?? null,
    line: origin?.span === undefined ? null : positionOf(origin.span).line,
  }
}
