import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { counterSamples } from '../../src/agent/counter-samples.ts'
import { withStagedCounts } from '../../src/agent/staged-status.ts'
import { agentStatus } from '../fakes/agent-status.ts'
import { compileCase } from '../golden/golden-cases.ts'
import { allow, deny, e0, filesOf, labFacts, policy, staged, tcpTo } from '../kernel/packet-policies.ts'

const both = { ingress: [allow(tcpTo(443))], egress: [deny()] }
const documents = [e0(), policy('web', { ingress: [allow(tcpTo(80))] }), staged('web', both), staged('silent', {})]
const compilation = compileCase({ facts: labFacts(), files: filesOf({ documents }) })
const value = (packets: number) => ({ packets, bytes: 60 * packets })
const values = new Map([
  ['staged/gnp/web/ingress/denied', value(3)],
  ['staged/gnp/web/ingress/allowed', value(2)],
  ['gnp/web/ingress/0', value(7)],
  ['somebody-elses', value(9)],
])

const never = (error: unknown): void => assert.unreachable(String(error))

function kernelThat(readCounters: () => Promise<typeof values>) {
  const nothing = async () => undefined
  const others = { read: nothing, readParts: nothing, prepareLoad: nothing, load: nothing }
  return { ...others, readCounters, fillsChains: async () => false }
}

test('withStagedCounts() adds up what the kernel has counted for each staged policy', async () => {
  const kernel = kernelThat(async () => values)
  const { staged: told } = await withStagedCounts(agentStatus(), { compilation, kernel, onFault: never })
  assert.equal(told, [
    { kind: 'StagedGlobalNetworkPolicy', namespace: '', name: 'silent', denied: 0, allowed: 0 },
    { kind: 'StagedGlobalNetworkPolicy', namespace: '', name: 'web', denied: 3, allowed: 2 },
  ])
})

test('withStagedCounts() says that the numbers are not known when the kernel cannot be asked', async () => {
  const faults: unknown[] = []
  const error = new Error('nft is gone')
  const kernel = kernelThat(() => Promise.reject(error))
  const onFault = (fault: unknown) => void faults.push(fault)
  const { staged: told } = await withStagedCounts(agentStatus(), { compilation, kernel, onFault })
  assert.equal(
    told.map(({ denied, allowed }) => [denied, allowed]),
    [
      [null, null],
      [null, null],
    ],
  )
  assert.equal(faults, [error])
})

test('withStagedCounts() does not ask the kernel where no staged policy applies', async () => {
  const kernel = kernelThat(() => assert.unreachable() as never)
  const none = compileCase({ facts: labFacts(), files: filesOf({ documents: [e0()] }) })
  for (const known of [undefined, none])
    assert.equal((await withStagedCounts(agentStatus(), { compilation: known, kernel, onFault: never })).staged, [])
})

test('counterSamples() tells the counters of staged policies apart from those of rules', () => {
  const { staged: samples, policies } = counterSamples(values, compilation.counters)
  const web = { kind: 'StagedGlobalNetworkPolicy', namespace: '', name: 'web', direction: 'ingress' }
  assert.equal(samples, [
    { ...web, outcome: 'denied', packets: 3 },
    { ...web, outcome: 'allowed', packets: 2 },
  ])
  assert.equal(
    policies.map(({ packets }) => packets),
    [7],
  )
})

test.run()
