/** Of flowtable.json: what becomes of the packets of one host under many policies. */

import { compileHost } from '../../src/compile/compile-host.ts'
import type { Stage } from '../../src/explain/step.ts'
import { trace } from '../../src/explain/trace.ts'
import { surroundingsOf } from '../../src/resolve/surroundings.ts'
import { askHost, factsOf } from './ask-host.ts'
import { type Workload, workloadResource } from './build-policy.ts'
import { type Fact, type Resource, readFacts } from './corpus.ts'
import { compare, type Judgement } from './judgement.ts'
import { readToldPacket, type ToldPacket } from './told-packet.ts'

interface HostFact extends Fact {
  readonly host: {
    readonly interfaces: readonly { readonly name: string; readonly addresses: readonly string[] }[]
  }
  readonly workloads: readonly Workload[]
  readonly workloadProfile: Resource
  readonly packets: readonly (ToldPacket & { readonly id: string; readonly hook: string })[]
}

interface TableFact extends Fact {
  readonly resources: readonly Resource[]
  readonly felixConfiguration?: Readonly<Record<string, unknown>>
  readonly verdicts: readonly { readonly packet: string; readonly verdict: string }[]
}

/** One judgement a packet; one more for a policy that is refused. */
export function judgeVerdicts(): readonly Judgement[] {
  const facts = readFacts<Fact>('flowtable.json')
  const host = facts.find((fact): fact is HostFact => fact.kind === 'verdict-host')
  if (host === undefined) throw new Error('there is no host for the verdict tables')
  const tables = facts.filter((fact): fact is TableFact => fact.kind === 'verdict-table')
  return tables.flatMap((table) => judgeTable(host, table))
}

function judgeTable(host: HostFact, { id, resources, felixConfiguration, verdicts }: TableFact): readonly Judgement[] {
  const settings: readonly Resource[] =
    felixConfiguration === undefined
      ? []
      : [{ kind: 'FelixConfiguration', metadata: { name: 'default' }, spec: felixConfiguration }]
  const asked = {
    resources: [host.workloadProfile, ...host.workloads.map(workloadResource), ...settings, ...resources],
    node: 'h',
    interfaces: Object.fromEntries(host.host.interfaces.map(({ name, addresses }) => [name, addresses])),
  }
  const { view, refused } = askHost(asked)
  const { ruleset } = compileHost(view)
  const surroundings = surroundingsOf(view, factsOf(asked))
  const isReturned = (told: ToldPacket) =>
    view.settings.endpointToHostAction === 'Return' && told.oif === undefined && told.iif?.startsWith('cali')
  const judged = verdicts.map(({ packet, verdict }): Judgement => {
    const told = host.packets.find((one) => one.id === packet)
    if (told === undefined) throw new Error(`there is no packet called "${packet}"`)
    const found = trace({ ruleset, packet: readToldPacket(told), surroundings })
    const isAccepted = found.stages.some((stage) => accepts(stage, told.hook)) && !isReturned(told)
    const ours = found.verdict === 'deny' ? 'deny' : isAccepted ? 'allow' : 'kernel'
    return { id: `${id}: ${packet}`, outcome: compare(ours, verdict) }
  })
  return [...refused.map((detail): Judgement => ({ id, outcome: { type: 'disagrees', detail } })), ...judged]
}

/**
 * Whether policy let the packet pass here. In a hook before or behind the one that is asked, what says so itself counts:
 * a rule that accepts, a mark, the end of tracking.
 */
function accepts({ hook, touched, decidedBy, left }: Stage, asked: string): boolean {
  if (left.mark !== 0 || left.state === 'untracked') return true
  return touched && (hook === asked || decidedBy?.rule.verdict?.type === 'accept')
}
