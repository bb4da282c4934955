/** The agent's numbers for Prometheus (interface.md section 5). Imported by the agent only: loading the library takes 35 ms. */

import { Registry } from 'prom-client'
import type { AgentStatus, EndpointStatus, StatusDiagnostic } from '../reconcile/agent-status.ts'
import type { HostErrorCode } from '../reconcile/host-error.ts'
import type { Outcome, Stage } from '../reconcile/outcome.ts'
import { type RevertReason, revertReasons } from '../reconcile/ports.ts'
import { counter, gauge, histogram } from './metric-factory.ts'
import { type CounterSamples, createPolicyMetrics, noSamples } from './policy-metrics.ts'
import { countByProcess } from './process-label.ts'
import type { WebhookResult } from './webhook.ts'

export interface Metrics {
  countRun(outcome: Outcome['type']): void
  /** What made a run fail. */
  countFailure(code: HostErrorCode): void
  /** Of the branch: `ok`, or why not. */
  countFetch(result: 'ok' | HostErrorCode): void
  observeStage(stage: Stage, seconds: number): void
  /** After a revision was enforced: how long since it was committed, or since the run was asked for. */
  observeEnforced(from: 'commit' | 'trigger', seconds: number): void
  /** Somebody else's change was repaired. @param processes who is suspected; empty when nobody was seen */
  countDrift(processes: readonly string[]): void
  observeRepair(seconds: number): void
  countRevert(reason: RevertReason): void
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
const repairBuckets = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]
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
    countFailure: (code) => events.failures.inc({ code }),
    countFetch: (result) => events.fetches.inc({ result }),
    observeStage: (stage, seconds) => events.stages.observe({ stage }, seconds),
    // A commit's time is its author's clock and may lie in the future.
    observeEnforced: (from, seconds) => events.enforced.observe({ from }, Math.max(0, seconds)),
    countDrift: countByProcess(events.drift),
    observeRepair: (seconds) => events.repair.observe(seconds),
    countRevert: (reason) => events.reverts.inc({ reason }),
    countWebhook: (result) => events.webhook.inc({ result }),
    async print() {
      const samples = await readSamples(options)
      policies(samples)
      showStatus(options.status())
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
  }
}

async function readSamples({ readCounters, onFault }: MetricsOptions): Promise<CounterSamples> {
  try {
    return await readCounters(AbortSignal.timeout(readCountersLimitMs))
  } catch (error) {
    // The page is most wanted when something is broken.
    onFault(error)
    return noSamples
  }
}

/** Shown from the start: a counter that appears with its first event hides that event from rate(). */
const gitFailures: readonly HostErrorCode[] = [
  'git-unreachable',
  'git-unauthorized',
  'git-not-found',
  'git-corrupt',
  'git-limit',
]

function createEventMetrics(registry: Registry) {
  const runs = counter(registry, { name: 'runs_total', help: 'Runs by how they ended', labels: ['outcome'] })
  for (const outcome of ['converged', 'invalid', 'untrusted', 'refused', 'reverted', 'failed']) runs.inc({ outcome }, 0)
  const help = 'From the commit, or from what asked for the run, to the moment the kernel enforced it'
  const reverts = counter(registry, {
    name: 'reverts_total',
    help: 'Changes that were taken back, by why nobody confirmed them',
    labels: ['reason'],
  })
  for (const reason of revertReasons) reverts.inc({ reason }, 0)
  return {
    runs,
    ...createFailureMetrics(registry),
    reverts,
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
      help: 'Times that somebody else had changed our table, by the process that did',
      labels: ['process'],
    }),
    repair: histogram(registry, {
      name: 'drift_repair_seconds',
      help: 'From the moment that a foreign change was told to its repair',
      labels: [],
      buckets: repairBuckets,
    }),
    webhook: counter(registry, {
      name: 'webhook_requests_total',
      help: 'Webhook requests by what became of them',
      labels: ['result'],
    }),
  }
}

/** What fails, by cause. */
function createFailureMetrics(registry: Registry) {
  const failures = counter(registry, {
    name: 'run_failures_total',
    help: 'Runs that failed, by cause',
    labels: ['code'],
  })
  for (const code of gitFailures) failures.inc({ code }, 0)
  const fetches = counter(registry, {
    name: 'fetches_total',
    help: 'Times that the branch was asked for, by what came of it, also while it is held',
    labels: ['result'],
  })
  for (const result of ['ok', ...gitFailures]) fetches.inc({ result }, 0)
  return { failures, fetches }
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
  const fight = gauge(registry, {
    name: 'drift_fight',
    help: '1 while a program keeps undoing repairs, which therefore come slowly',
    labels: [],
  })
  const hold = gauge(registry, {
    name: 'hold',
    help: '1 while what is enforced is held and newer commits are not taken',
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
    fight.set(status.drift.fight === null ? 0 : 1)
    hold.set(status.hold === null ? 0 : 1)
    rules.set(status.ruleset?.rules ?? 0)
    elements.set(status.ruleset?.setElements ?? 0)
  }
}

const endpointStates: readonly EndpointStatus['state'][] = ['up', 'down', 'error']
const severities: readonly StatusDiagnostic['severity'][] = ['error', 'warning']

function count<T>(items: readonly T[], counts: (item: T) => boolean): number {
  return items.filter(counts).length
}
