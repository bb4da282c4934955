import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createMetrics, type Metrics } from '../../src/adapters/metrics.ts'
import type { CounterSamples } from '../../src/adapters/policy-metrics.ts'
import type { AgentStatus } from '../../src/reconcile/agent-status.ts'
import { agentStatus } from '../fakes/agent-status.ts'

const test = suite('adapters/metrics')

const none: CounterSamples = { policies: [], denied: [], staged: [] }
const sample = {
  kind: 'GlobalNetworkPolicy',
  namespace: '',
  name: 'allow-ssh',
  direction: 'ingress',
  rule: 0,
  action: 'Allow',
  packets: 3,
  bytes: 180,
} as const
const ruleLabels =
  'kind="GlobalNetworkPolicy",namespace="",name="allow-ssh",direction="ingress",rule="0",action="Allow"'

interface World {
  readonly status?: () => AgentStatus
  readonly counters?: () => Promise<CounterSamples>
  readonly faults?: unknown[]
}

function metricsOf({ status = agentStatus, counters = async () => none, faults = [] }: World = {}): Metrics {
  return createMetrics({
    version: '0.1.0',
    status: () => status(),
    readCounters: counters,
    onFault: (error) => faults.push(error),
  })
}

async function lines(metrics: Metrics): Promise<readonly string[]> {
  return (await metrics.print()).text.split('\n').filter((line) => line.startsWith('rampart_'))
}

function includes(found: readonly string[], ...expected: readonly string[]): void {
  for (const line of expected) assert.ok(found.includes(line), `${line}\nis not in\n${found.join('\n')}`)
}

test('print() tells version and an empty state before anything happened', async () => {
  includes(
    await lines(metricsOf()),
    `rampart_build_info{version="0.1.0",runtime="${process.version}"} 1`,
    'rampart_revision_info{applied="",attempted=""} 1',
    'rampart_runs_total{outcome="failed"} 0',
    'rampart_endpoints{state="up"} 0',
    'rampart_diagnostics{severity="error"} 0',
    'rampart_last_success_timestamp_seconds 0',
    'rampart_drift_total{process="unknown"} 0',
    'rampart_drift_fight 0',
  )
})

test('print() follows the status and keeps no revision that is over', async () => {
  const revision = (commit: string): AgentStatus =>
    agentStatus({
      applied: { commit, subject: '', committedAt: null, appliedAt: '' },
      lastSuccessAt: '2030-01-01T00:00:00Z',
      endpoints: [
        { name: 'a', interfaces: ['eth0'], state: 'up' },
        { name: 'b', interfaces: [], state: 'error' },
      ],
      hold: { reason: 'an audit', at: '2030-01-01T00:00:00Z', until: null, tableOnly: null, newest: null },
      ruleset: { rules: 12, setElements: 34 },
    })
  let status = revision('aaa')
  const metrics = metricsOf({ status: () => status })
  await lines(metrics)
  status = revision('bbb')
  const found = await lines(metrics)
  includes(
    found,
    'rampart_revision_info{applied="bbb",attempted=""} 1',
    'rampart_last_success_timestamp_seconds 1893456000',
    'rampart_endpoints{state="up"} 1',
    'rampart_endpoints{state="error"} 1',
    'rampart_hold 1',
    'rampart_ruleset_rules 12',
    'rampart_ruleset_set_elements 34',
  )
  assert.is(found.filter((line) => line.startsWith('rampart_revision_info')).length, 1)
})

test('print() counts runs, stages, latencies, drift and webhook requests', async () => {
  const metrics = metricsOf()
  metrics.countRun('converged')
  metrics.countFailure('git-unreachable')
  metrics.observeStage('apply', 0.02)
  metrics.observeEnforced('commit', 45)
  metrics.observeEnforced('trigger', -3)
  metrics.countDrift(['nft', 'fire wall"d'])
  metrics.observeRepair(0.03)
  metrics.countRevert('probes')
  metrics.countWebhook('bad-signature')
  includes(
    await lines(metrics),
    'rampart_runs_total{outcome="converged"} 1',
    'rampart_run_failures_total{code="git-unreachable"} 1',
    'rampart_run_failures_total{code="git-corrupt"} 0',
    'rampart_run_duration_seconds_bucket{le="0.03",stage="apply"} 1',
    'rampart_run_duration_seconds_bucket{le="0.01",stage="apply"} 0',
    'rampart_commit_to_enforced_seconds_sum{from="commit"} 45',
    'rampart_commit_to_enforced_seconds_sum{from="trigger"} 0',
    'rampart_drift_total{process="nft"} 1',
    'rampart_drift_total{process="fire_wall_d"} 1',
    'rampart_drift_repair_seconds_bucket{le="0.05"} 1',
    'rampart_reverts_total{reason="probes"} 1',
    'rampart_webhook_requests_total{result="bad-signature"} 1',
  )
})

test("print() shows the kernel's totals as they are now, equal labels added up", async () => {
  let samples: CounterSamples = {
    policies: [sample, sample],
    denied: [{ endpoint: 'gw-1-eth0', direction: 'ingress', packets: 7 }],
    staged: [
      {
        kind: 'StagedNetworkPolicy',
        namespace: 'blue',
        name: 'web',
        direction: 'egress',
        outcome: 'denied',
        packets: 5,
      },
    ],
  }
  const metrics = metricsOf({ counters: async () => samples })
  includes(
    await lines(metrics),
    `rampart_policy_packets_total{${ruleLabels}} 6`,
    `rampart_policy_bytes_total{${ruleLabels}} 360`,
    'rampart_endpoint_denied_packets_total{endpoint="gw-1-eth0",direction="ingress"} 7',
    'rampart_staged_policy_packets_total{kind="StagedNetworkPolicy",namespace="blue",name="web",direction="egress",outcome="denied"} 5',
  )
  samples = { ...none, policies: [{ ...sample, packets: 4 }] }
  const found = await lines(metrics)
  includes(found, `rampart_policy_packets_total{${ruleLabels}} 4`)
  assert.not(found.some((line) => /^rampart_(endpoint_denied|staged)/.test(line)))
})

test('print() still gives the rest and reports the fault when the kernel cannot be read', async () => {
  const faults: unknown[] = []
  const error = new Error('nft is gone')
  const found = await lines(metricsOf({ counters: () => Promise.reject(error), faults }))
  includes(found, 'rampart_drift_total{process="unknown"} 0')
  assert.equal(faults, [error])
})

test('createMetrics() shares nothing between two of them', async () => {
  const first = metricsOf()
  first.countDrift([])
  includes(await lines(metricsOf()), 'rampart_drift_total{process="unknown"} 0')
})

test.run()
