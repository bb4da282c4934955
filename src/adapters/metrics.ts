/** The agent's numbers for Prometheus (interface.md section 5). Imported by the agent only: loading the library takes 35 ms. */

import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { AgentStatus, EndpointStatus, StatusDiagnostic } from '../reconcile/agent-status.ts'
import type { Outcome, Stage } from '../reconcile/outcome.ts'
import type { WebhookResult } from './webhook.ts'

/** What the kernel counted; the totals only grow while a counter lives. */
export interface CounterSamples {
  readonly policies: readonly PolicyCounterSample[]
  readonly denied: readonly DeniedCounterSample[]
}

/** One line of a policy or profile. Samples with equal labels are added up. */
export interface PolicyCounterSample {
  /** `GlobalNetworkPolicy` and so on. */
  readonly kind: string
  /** '' for a global kind. */
  readonly namespace: string
  readonly name: string
  readonly direction: 'ingress' | 'egress'
  /** Its place in the list of rules, from 0. */
  readonly rule: number
  /** `Allow`, `Deny`, `Pass` or `Log`. */
  readonly action: string
  readonly packets: number
  readonly bytes: number
}

/** What an endpoint dropped because no rule of it allowed the packet. */
export interface DeniedCounterSample {
  readonly endpoint: string
  readonly direction: 'ingress' | 'egress'
  readonly packets: number
}

export interface Metrics {
  countRun(outcome: Outcome['type']): void
  observeStage(stage: Stage, seconds: number): void
  /** After a revision was enforced: how long since it was committed, or since the run was asked for. */
  observeEnforced(from: 'commit' | 'trigger', seconds: number): void
  countDrift(): void
  countWebhook(result: WebhookResult): void
  /** The page. The kernel's counters are read for it; when that fails it comes without them. */
  print(): Promise<{ readonly contentType: string; readonly text: string }>
}

export interface MetricsOptions {
  readonly version: string
  /** Asked for each page: revisions, endpoints, diagnostics and the ruleset's size come from here. */
  readonly status: () => AgentStatus
  readonly readCounters: (signal: AbortSignal) => Promise<CounterSamples>
  /** What readCounters() threw. */
  readonly onFault: (error: unknown) => void
}

const readCountersLimitMs = 5_000
const stageBuckets = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30]
const enforcedBuckets = [0.3, 1, 2, 5, 10, 20, 30, 60, 90, 120, 300, 600, 1800, 3600]

export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry()
  const events = createEventMetrics(registry)
  const policies = createPolicyMetrics(registry)
  const showStatus = createStatusMetrics(registry)
  gauge(registry, { name: 'build_info', help: 'Version of the program', labels: ['version', 'runtime'] }).set(
    { version: options.version, runtime: process.version },
    1,
  )
  return {
    countRun: (outcome) => events.runs.inc({ outcome }),
    observeStage: (stage, seconds) => events.stages.observe({ stage }, seconds),
    // A commit's time is its author's clock and may lie in the future.
    observeEnforced: (from, seconds) => events.enforced.observe({ from }, Math.max(0, seconds)),
    countDrift: () => events.drift.inc(),
    countWebhook: (result) => events.webhook.inc({ result }),
    async print() {
      const samples = await readSamples(options)
      policies(samples)
      showStatus(options.status())
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
  }
}

const noSamples: CounterSamples = { policies: [], denied: [] }

async function readSamples({ readCounters, onFault }: MetricsOptions): Promise<CounterSamples> {
  try {
    return await readCounters(AbortSignal.timeout(readCountersLimitMs))
  } catch (error) {
    // The page is most wanted when something is broken.
    onFault(error)
    return noSamples
  }
}

function createEventMetrics(registry: Registry) {
  const runs = counter(registry, { name: 'runs_total', help: 'Runs by how they ended', labels: ['outcome'] })
  for (const outcome of ['converged', 'invalid', 'failed']) runs.inc({ outcome }, 0)
  const help = 'From the commit, or from what asked for the run, to the moment the kernel enforced it'
  return {
    runs,
    stages: histogram(registry, {
      name: 'run_duration_seconds',
      help: 'Duration of the stages of a run',
      labels: ['stage'],
      buckets: stageBuckets,
    }),
    enforced: histogram(registry, {
      name: 'commit_to_enforced_seconds',
      help,
      labels: ['from'],
      buckets: enforcedBuckets,
    }),
    drift: counter(registry, {
      name: 'drift_total',
      help: 'Times that somebody else had changed our table',
      labels: [],
    }),
    webhook: counter(registry, {
      name: 'webhook_requests_total',
      help: 'Webhook requests by what became of them',
      labels: ['result'],
    }),
  }
}

function createPolicyMetrics(registry: Registry): (samples: CounterSamples) => void {
  const labels = ['kind', 'namespace', 'name', 'direction', 'rule', 'action']
  const packets = counter(registry, { name: 'policy_packets_total', help: 'Packets that a rule decided', labels })
  const bytes = counter(registry, {
    name: 'policy_bytes_total',
    help: 'Bytes of the packets that a rule decided',
    labels,
  })
  const denied = counter(registry, {
    name: 'endpoint_denied_packets_total',
    help: 'Packets that no rule of the endpoint allowed',
    labels: ['endpoint', 'direction'],
  })
  return (samples) => {
    for (const metric of [packets, bytes, denied]) metric.reset()
    for (const { packets: packetCount, bytes: byteCount, ...rule } of samples.policies) {
      packets.inc({ ...rule }, packetCount)
      bytes.inc({ ...rule }, byteCount)
    }
    for (const { packets: packetCount, ...endpoint } of samples.denied) denied.inc({ ...endpoint }, packetCount)
  }
}

function createStatusMetrics(registry: Registry): (status: AgentStatus) => void {
  const revision = gauge(registry, {
    name: 'revision_info',
    help: 'Commits applied and last attempted',
    labels: ['applied', 'attempted'],
  })
  const endpoints = gauge(registry, { name: 'endpoints', help: 'Endpoints of this host by state', labels: ['state'] })
  const unguarded = gauge(registry, {
    name: 'endpoint_unguarded_interfaces',
    help: 'Interfaces that pass everything since the address of the endpoint went away from them',
    labels: ['endpoint'],
  })
  const diagnostics = gauge(registry, {
    name: 'diagnostics',
    help: 'Diagnostics of the last attempted revision',
    labels: ['severity'],
  })
  const success = gauge(registry, {
    name: 'last_success_timestamp_seconds',
    help: 'When a run last converged; 0 before the first',
    labels: [],
  })
  const rules = gauge(registry, { name: 'ruleset_rules', help: 'Rules in our table', labels: [] })
  const elements = gauge(registry, { name: 'ruleset_set_elements', help: 'Set elements in our table', labels: [] })
  return (status) => {
    revision.reset()
    revision.set({ applied: status.applied?.commit ?? '', attempted: status.attempted?.commit ?? '' }, 1)
    for (const state of endpointStates)
      endpoints.set(
        { state },
        count(status.endpoints, (endpoint) => endpoint.state === state),
      )
    unguarded.reset()
    for (const { endpoint } of status.unguarded) unguarded.inc({ endpoint })
    for (const severity of severities) {
      diagnostics.set(
        { severity },
        count(status.attempted?.diagnostics ?? [], (diagnostic) => diagnostic.severity === severity),
      )
    }
    success.set(status.lastSuccessAt === null ? 0 : Date.parse(status.lastSuccessAt) / 1000)
    rules.set(status.ruleset?.rules ?? 0)
    elements.set(status.ruleset?.setElements ?? 0)
  }
}

const endpointStates: readonly EndpointStatus['state'][] = ['up', 'down', 'error']
const severities: readonly StatusDiagnostic['severity'][] = ['error', 'warning']

function count<T>(items: readonly T[], counts: (item: T) => boolean): number {
  return items.filter(counts).length
}

interface Description {
  /** Without the prefix. */
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
}

function counter(registry: Registry, { name, help, labels }: Description): Counter {
  return new Counter({ name: `rampart_${name}`, help, labelNames: labels, registers: [registry] })
}

function gauge(registry: Registry, { name, help, labels }: Description): Gauge {
  return new Gauge({ name: `rampart_${name}`, help, labelNames: labels, registers: [registry] })
}

interface HistogramShape {
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  readonly buckets: readonly number[]
}

function histogram(registry: Registry, { name, help, labels, buckets }: HistogramShape): Histogram {
  return new Histogram({
    name: `rampart_${name}`,
    help,
    labelNames: labels,
    buckets: [...buckets],
    registers: [registry],
  })
}
