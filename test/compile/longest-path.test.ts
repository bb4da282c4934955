/** How many rules and lookups a packet is put through that no rule of any policy matches. */

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { trace } from '../../src/explain/trace.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { packetOf } from '../explain/table-and-packet.ts'
import { allow, e0, e1, endpoint, policy, tcpTo, tier, workload } from '../kernel/packet-policies.ts'
import { tableOf } from './compiled-table.ts'

/** 250 policies for what passes the host and what ends on it, 250 for workloads; one in two is of a form that is merged. */
const policies = Array.from({ length: 500 }, (_, at) => {
  const port = 1000 + 2 * at
  const rules = [allow(tcpTo(at % 100 < 50 ? port : `${port}:${port + 1}`))]
  const both = { order: at, types: ['Ingress', 'Egress'], ingress: rules, egress: rules }
  return at < 250
    ? policy(`gateway.p${at}`, { ...both, tier: 'gateway', selector: 'has(hep)', applyOnForward: true })
    : policy(`p${at}`, { ...both, selector: 'has(app)' })
})

function gateway(workloads: number): Ruleset {
  const own = Array.from({ length: workloads }, (_, at) =>
    workload(`w${at}`, `cali${at}`, { ipNetworks: [`10.65.${at >> 8}.${at & 255}`], profiles: [] }),
  )
  const star = endpoint('star', { interfaceName: '*' })
  return tableOf(e0(), e1(), star, tier('gateway', { order: 1, defaultAction: 'Pass' }), ...own, ...policies)
}

const ways = {
  input: 'iif=eth0 oif=',
  'input from a workload': 'iif=cali7 src=10.65.0.7 oif=',
  'forward eth0 to eth1': 'iif=eth0 oif=eth1',
  'forward to a workload': 'iif=eth0 oif=cali7 dst=10.65.0.7',
  'forward from a workload': 'iif=cali7 oif=eth0 src=10.65.0.7',
  'forward over the star endpoint': 'iif=eth8 oif=eth9',
  output: 'iif= oif=eth0',
} as const

type Way = keyof typeof ways

function walk(table: Ruleset, way: Way) {
  const { stages } = trace({ ruleset: table, packet: packetOf(`${ways[way]} dport=65000 sport=40000 state=new`) })
  return stages.filter(({ hook }) => hook === way.split(' ')[0]).flatMap(({ steps }) => steps)
}

/** Up to the endpoint's or workload's own chain, in each base chain on the way. */
function dispatch(table: Ruleset, way: Way): number {
  const isOwn = (chain: string): boolean => /(ingress|egress)\/|^failsafe|^ended$/.test(chain)
  return walk(table, way).filter(({ chain }) => !isOwn(chain)).length
}

const table = gateway(200)

test('compileHost() puts a packet that no rule of 500 policies matches through so many rules and lookups', () => {
  const found = (Object.keys(ways) as readonly Way[]).map((way) => [way, walk(table, way).length] as const)
  process.stdout.write(`${found.map(([way, count]) => `${way}: ${count}`).join('\n')}\n`)
  assert.equal(Object.fromEntries(found), {
    input: 119,
    'input from a workload': 165,
    'forward eth0 to eth1': 223,
    'forward to a workload': 273,
    'forward from a workload': 276,
    'forward over the star endpoint': 227,
    output: 123,
  })
})

test('compileHost() leads a packet to its own list by as many rules for 10 workloads as for 1000', () => {
  const few = gateway(10)
  const many = gateway(1000)
  for (const way of Object.keys(ways) as readonly Way[]) {
    const count = dispatch(table, way)
    assert.ok(count > 0 && count <= 11, `${way}: ${count}`)
    assert.equal([dispatch(few, way), dispatch(many, way)], [count, count], way)
    assert.is(walk(many, way).length, walk(few, way).length, way)
  }
})

test.run()
