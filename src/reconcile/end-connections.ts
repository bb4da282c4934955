/** After a new ruleset: ends the live connections that it denies and the one before it allowed (behaviour.md EV-51). */

import { endedElement } from '../flow/ended-element.ts'
import { endOf, type Flow } from '../flow/flow.ts'
import { printFlow } from '../flow/print-flow.ts'
import { families } from '../net/family.ts'
import { connectionJudge } from '../pipeline.ts'
import { endedSetName } from '../ruleset/ended-connections.ts'
import { type Ruleset, tableName } from '../ruleset/ruleset.ts'
import { HostError } from './host-error.ts'
import { inSlices } from './in-slices.ts'
import type { Clock, Connections, Kernel, Routes } from './ports.ts'

export interface ConnectionReport {
  readonly ended: number
  /** The first of those that were ended, for people. */
  readonly flows: readonly string[]
  /** Left alone because nobody can tell by which interface they go, or what an unknown rule does to them. */
  readonly undecided: number
  /** One line: why connections that should have ended may go on. */
  readonly problem: string | undefined
}

export interface ConnectionPorts {
  readonly kernel: Pick<Kernel, 'load'>
  readonly connections: Connections
  readonly routes: Routes
  readonly clock: Clock
}

export interface ConnectionChange {
  /** What the kernel held until now. */
  readonly before: Ruleset
  readonly now: Ruleset
  /** What this table allows stays as well. */
  readonly spared?: Ruleset | undefined
  readonly signal: AbortSignal
}

const mostFlowsShown = 20

/** Never fails: a ruleset is enforced all the same. */
export async function endDeniedConnections(
  ports: ConnectionPorts,
  change: ConnectionChange,
): Promise<ConnectionReport> {
  const { before, now, spared, signal } = change
  let undecided = 0
  try {
    const { flows, unreadable } = await ports.connections.list(signal)
    const routeTo = await ports.routes.find(flows.flatMap(addressesOf), signal)
    const decision = await decide(ports, flows, { before, now, routeTo, signal })
    const { denied } =
      spared === undefined ? decision : await decide(ports, decision.denied, { before, now: spared, routeTo, signal })
    undecided = decision.undecided + unreadable
    if (denied.length === 0) return { ended: 0, flows: [], undecided, problem: undefined }
    // first, so that no packet between the two brings one back
    const script = endedScript(denied)
    if (script !== '') await ports.kernel.load(script, signal)
    const ended = await ports.connections.end(denied, flows, signal)
    return { ended, flows: denied.slice(0, mostFlowsShown).map(printFlow), undecided, problem: undefined }
  } catch (error) {
    if (!(error instanceof HostError)) throw error
    return { ended: 0, flows: [], undecided, problem: error.message }
  }
}

async function decide(
  { clock }: ConnectionPorts,
  flows: readonly Flow[],
  { signal, ...change }: { readonly signal: AbortSignal } & Parameters<typeof connectionJudge>[0],
): Promise<{ readonly denied: readonly Flow[]; readonly undecided: number }> {
  const judge = connectionJudge(change)
  const denied: Flow[] = []
  let undecided = 0
  const note = (flow: Flow): void => {
    const fate = judge(flow)
    if (fate === 'denied') denied.push(flow)
    else if (fate === 'undecided') undecided++
  }
  await inSlices(flows, note, { clock, signal })
  return { denied, undecided }
}

function addressesOf(flow: Flow) {
  return [flow.source, flow.destination, endOf(flow).destination]
}

/** Adds the connections to the sets that keep them ended; an element that is there already is no error. */
function endedScript(flows: readonly Flow[]): string {
  return families
    .flatMap((family) => {
      const elements = flows
        .filter(({ source }) => source.family === family)
        .flatMap((flow) => endedElement(flow) ?? [])
      if (elements.length === 0) return []
      return [`add element ${tableName} ${endedSetName(family)} { ${elements.join(', ')} }\n`]
    })
    .join('')
}
