/** `rampart explain` with people's words: who is asked, and the answer. */

import { createStyle } from '../diagnostic/style.ts'
import { readQuestion } from '../packet/read-question.ts'
import { answerQuestion } from '../pipeline/answer-question.ts'
import { HostExplainer } from '../pipeline/host-explainer.ts'
import { deriveFacts, nodesOf } from '../resolve/derive-facts.ts'
import { type CommandIo, type Format, UsageError } from './command-io.ts'
import { readTarget, reportDiagnostics } from './compile-target.ts'
import { openPolicyTarget, type PolicyOptions } from './policy-target.ts'
import { type AnswerContext, printAnswerJson, printAnswerText, verdictOf } from './print-answer.ts'
import { requireHost } from './require-host.ts'

export interface QuestionOptions extends PolicyOptions {
  readonly format: Format
  readonly all?: boolean
  readonly whyNot?: boolean
  readonly expect?: 'allow' | 'deny'
}

/** Exit 0: answered; 1: the policy has errors, or the verdict is not the one of --expect, for all alike. */
export async function explainQuestion(
  words: readonly string[],
  options: QuestionOptions,
  io: CommandIo,
): Promise<number> {
  const question = readQuestion(words)
  if (!('from' in question)) throw new UsageError(question.join('\nrampart: '))
  if (options.all === true)
    throw new UsageError('--all is for one packet: --why-not shows every rule that could allow what is denied')
  const target = await openPolicyTarget(options, io.color.err)
  const read = await readTarget(target, io)
  if (read === undefined) return 1
  const { policySet } = read
  if (target.facts === undefined) requireHost(options.host, nodesOf(policySet))
  reportDiagnostics(read.warnings, io)
  const explainers = new Map<string, HostExplainer>()
  const explainerOf = (node: string): HostExplainer => {
    const known = explainers.get(node)
    if (known !== undefined) return known
    const facts = target.facts?.node === node ? target.facts : deriveFacts(policySet, node)
    const explainer = new HostExplainer({ policySet, facts, ...target.settings }, target.moment)
    explainers.set(node, explainer)
    return explainer
  }
  const answer = answerQuestion({ policySet, question, host: options.host, explainerOf })
  if (typeof answer === 'string') throw new UsageError(answer.replaceAll('\n', '\nrampart: '))
  const context: AnswerContext = { question, detail: options.whyNot === true ? 'every' : 'nearest' }
  io.out(
    options.format === 'json'
      ? printAnswerJson(answer, context)
      : printAnswerText(answer, context, createStyle(io.color.out)),
  )
  const verdict = verdictOf(answer)
  if (options.expect === undefined || options.expect === verdict) return 0
  io.err(`rampart: expected ${options.expect}, but the answer is ${verdict}\n`)
  return 1
}
