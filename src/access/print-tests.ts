/** Results of policy tests for people and for programs. */

import { positionOf, type Span } from '../diagnostic/source.ts'
import type { Style } from '../diagnostic/style.ts'
import type { Packet } from '../packet/packet.ts'
import { printPacket } from '../packet/print-packet.ts'
import type { PolicyTest } from '../policy/policy-test.ts'
import { groupBy, listHosts, plural } from './group-results.ts'
import type { CaseResult, Finding } from './test-result.ts'

export interface TestContext {
  /** The command that walks the packet through the policy of the host. */
  readonly explainCommand: (node: string, packet: Packet) => string
  /** Tests that no result is about are said to be about no host. */
  readonly tests: readonly PolicyTest[]
}

export function printTestsText(results: readonly CaseResult[], context: TestContext, style: Style): string {
  const width = Math.max(...context.tests.map(({ name }) => name.length), 0)
  const blocks = context.tests.map((test) => {
    const own = results.filter((result) => result.test === test)
    return printTest(test.name.padEnd(width), own, { context, style })
  })
  return `${[...blocks.flat(), '', printSummary(results, context, style)].join('\n')}\n`
}

interface Look {
  readonly context: TestContext
  readonly style: Style
}

function printTest(name: string, results: readonly CaseResult[], look: Look): readonly string[] {
  const { style } = look
  if (results.length === 0) return [`${style.yellow('none')}  ${name}  no host`]
  const failures = results.filter(({ finding }) => finding.type === 'fails')
  const hosts = [...new Set(results.map(({ node }) => node))]
  const cases = new Set(results.map((result) => result.case)).size
  const about = style.dim(`${plural(cases, 'case')} on ${listHosts(hosts)}`)
  const mark = failures.length === 0 ? style.green('ok  ') : style.red('FAIL')
  return [
    `${mark}  ${name}  ${about}`,
    ...groupBy(failures, (failure) => failure.case).flatMap((same) => printFailure(same, look)),
  ]
}

/** @param same case on different hosts, of which the first stands for all */
function printFailure(same: readonly CaseResult[], { context, style }: Look): readonly string[] {
  const [first] = same
  if (first?.finding.type !== 'fails') return []
  const { case: one, node, finding, decider } = first
  const { packet, extent } = finding
  const fate = one.expect === 'deny' ? 'allowed' : 'denied'
  const who =
    decider?.text === undefined ? 'nothing judges such packets' : `${fate} by ${decider.text}${placeIn(decider.span)}`
  return [
    `      ${style.bold(one.name)}, on ${listHosts(same.map((result) => result.node))}${placeIn(one.span)}`,
    `        expected ${one.expect}, but this is ${style.red(fate)}: ${printPacket(packet)}`,
    `        ${who}`,
    `        wrong for ${extent}`,
    style.dim(`        $ ${context.explainCommand(node, packet)}`),
  ]
}

/** A case counts once for each host. */
function printSummary(results: readonly CaseResult[], { tests }: TestContext, style: Style): string {
  const number = (type: Finding['type']): number => results.filter(({ finding }) => finding.type === type).length
  const [held, failed, idle] = [number('holds'), number('fails'), number('vacuous')]
  const hosts = new Set(results.map(({ node }) => node)).size
  const counts = [
    ...(failed > 0 ? [style.red(`${failed} failed`)] : []),
    style.green(`${held} passed`),
    ...(idle > 0 ? [style.yellow(`${idle} ${idle === 1 ? 'says' : 'say'} nothing`)] : []),
  ]
  return `${plural(tests.length, 'test')}, ${plural(hosts, 'host')}: ${counts.join(', ')}`
}

export function printTestsJson(results: readonly CaseResult[], { explainCommand }: TestContext): string {
  const number = (type: Finding['type']): number => results.filter(({ finding }) => finding.type === type).length
  const answer = {
    version: 1,
    passed: number('fails') === 0,
    counts: { holds: number('holds'), fails: number('fails'), vacuous: number('vacuous') },
    cases: results.map(({ test, case: one, node, finding, decider, remarks }) => ({
      test: test.name,
      case: one.name,
      host: node,
      ...plainPlace(one.span),
      expect: one.expect,
      finding: finding.type,
      packet: finding.type === 'fails' ? printPacket(finding.packet) : null,
      extent: finding.type === 'fails' ? finding.extent : null,
      decidedBy: finding.type === 'fails' ? { origin: decider?.text ?? null, ...plainPlace(decider?.span) } : null,
      explain: finding.type === 'fails' ? explainCommand(node, finding.packet) : null,
      remarks: remarks.map(({ message }) => message),
    })),
  }
  return `${JSON.stringify(answer, null, 2)}\n`
}

/** ` (tests/web.yaml:12)` */
function placeIn(span: Span | undefined): string {
  return span === undefined ? '' : ` (${span.source.path}:${positionOf(span).line})`
}

function plainPlace(span: Span | undefined) {
  return span === undefined ? { file: null, line: null } : { file: span.source.path, line: positionOf(span).line }
}
