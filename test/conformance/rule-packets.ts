/** Of flowtable.json and named_ports.json: which packets one rule matches. */

import { compileHost } from '../../src/compile/compile-host.ts'
import { trace } from '../../src/explain/trace.ts'
import { askHost } from './ask-host.ts'
import { type Fact, type Resource, readFacts } from './corpus.ts'
import { compare, type Judgement } from './judgement.ts'
import { readToldPacket, type ToldPacket } from './told-packet.ts'

interface RuleFact extends Fact {
  readonly rule: object
  readonly endpoints?: readonly Resource[]
  readonly packets: readonly (Omit<ToldPacket, 'proto'> & {
    readonly proto?: number
    readonly protocol?: string
    readonly matches: boolean
  })[]
}

/** One judgement a packet; one more for a rule that is refused. */
export function judgeRulePackets(file: string): readonly Judgement[] {
  const kinds = ['rule-match', 'packet-match']
  return readFacts<RuleFact>(file)
    .filter(({ kind }) => kinds.includes(kind))
    .flatMap(judgeRule)
}

/** Nothing but the rule allows, and there are no failsafes: what comes in matched. */
function judgeRule({ id, rule, endpoints = [], packets }: RuleFact): readonly Judgement[] {
  const found = askHost({
    resources: [...surroundings, policyOf(rule), ...endpoints.flatMap(withoutRepeatedPorts)],
    node: 'h',
    interfaces: { eth0: [] },
  })
  const { ruleset } = compileHost(found.view)
  const refused = found.refused.map((detail): Judgement => ({ id, outcome: { type: 'disagrees', detail } }))
  const judged = packets.map(({ matches, proto, protocol, ...told }, at): Judgement => {
    const packet = readToldPacket({ ...told, proto: proto ?? protocol ?? 0, iif: 'eth0' })
    const { verdict, unknown } = trace({ ruleset, packet })
    const outcome = compare({ matches: verdict === 'allow', unknown }, { matches, unknown: false })
    return { id: `${id}: ${at}`, outcome }
  })
  return [...refused, ...judged]
}

const surroundings: readonly Resource[] = [
  {
    kind: 'FelixConfiguration',
    metadata: { name: 'default' },
    spec: { failsafeInboundHostPorts: [], failsafeOutboundHostPorts: [] },
  },
  {
    kind: 'HostEndpoint',
    metadata: { name: 'own', labels: { own: '' } },
    spec: { node: 'h', interfaceName: 'eth0' },
  },
]

function policyOf(rule: object): Resource {
  const spec = { selector: 'has(own)', types: ['Ingress'], ingress: [{ ...rule, action: 'Allow' }] }
  return { kind: 'GlobalNetworkPolicy', metadata: { name: 'asked' }, spec }
}

/** A name of a port twice for one protocol is refused: the second stands on an endpoint of its own, with the same addresses. */
function withoutRepeatedPorts(endpoint: Resource): readonly Resource[] {
  const { ports } = endpoint.spec ?? {}
  if (!Array.isArray(ports)) return [endpoint]
  const kept = new Map<string, unknown>()
  const repeated: unknown[] = []
  for (const port of ports) {
    const key = `${port.name} ${port.protocol}`
    if (kept.has(key)) repeated.push(port)
    else kept.set(key, port)
  }
  const first = { ...endpoint, spec: { ...endpoint.spec, ports: [...kept.values()] } }
  if (repeated.length === 0) return [first]
  const metadata = { ...endpoint.metadata, name: `${endpoint.metadata.name}-again` }
  const interfaceName = 'again'
  return [first, { ...endpoint, metadata, spec: { ...endpoint.spec, interfaceName, ports: repeated } }]
}
