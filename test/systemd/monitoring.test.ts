/** The dashboard and the alerts name metrics and labels that there are, and every metric has a panel. */

import { readFile } from 'node:fs/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { createMetrics } from '../../src/adapters/metrics.ts'
import { agentStatus } from '../fakes/agent-status.ts'
import { bracketFault, namesIn } from './promql.ts'

const test = suite('systemd/monitoring')

/** Every metric of the contract, without the prefix, with its labels; a histogram's are those of its parts. */
const contract: Readonly<Record<string, readonly string[]>> = {
  build_info: ['version'],
  revision_info: ['applied', 'attempted'],
  runs_total: ['outcome'],
  run_duration_seconds: ['stage'],
  commit_to_enforced_seconds: ['from'],
  drift_total: ['process'],
  drift_repair_seconds: [],
  policy_packets_total: ['kind', 'namespace', 'name', 'direction', 'rule', 'action'],
  policy_bytes_total: ['kind', 'namespace', 'name', 'direction', 'rule', 'action'],
  endpoint_denied_packets_total: ['endpoint', 'direction'],
  endpoints: ['state'],
  diagnostics: ['severity'],
  last_success_timestamp_seconds: [],
  hold: [],
  webhook_requests_total: ['result'],
  reverts_total: ['reason'],
  ruleset_rules: [],
  ruleset_set_elements: [],
}

/** Beyond the contract. */
const others: Readonly<Record<string, readonly string[]>> = {
  run_failures_total: ['code'],
  fetches_total: ['result'],
  drift_fight: [],
  staged_policy_packets_total: ['kind', 'namespace', 'name', 'direction', 'outcome'],
}

/** Prometheus adds these to whatever it scrapes. */
const targetLabels = ['job', 'instance']

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly description?: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[]
}

interface Alert {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly description: string }
}

const read = (name: string): Promise<string> => readFile(new URL(`../../systemd/${name}`, import.meta.url), 'utf8')
const { panels } = JSON.parse(await read('grafana-dashboard.json')) as { readonly panels: readonly Panel[] }
const { groups } = parse(await read('prometheus-alerts.yaml')) as {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Alert[] }[]
}
const alerts = groups.flatMap((group) => group.rules)
const queries = [
  ...panels.flatMap(({ title, targets }) => (targets ?? []).map(({ expr }) => ({ place: `panel "${title}"`, expr }))),
  ...alerts.map(({ alert, expr }) => ({ place: `alert ${alert}`, expr })),
]

/** Metric -> labels, as the agent's page has them now. */
async function served(): Promise<ReadonlyMap<string, readonly string[]>> {
  const rule = { kind: 'k', namespace: '', name: 'n', direction: 'ingress', rule: 0, action: 'Allow' } as const
  const metrics = createMetrics({
    version: '0',
    status: agentStatus,
    readCounters: async () => ({
      policies: [{ ...rule, packets: 1, bytes: 1 }],
      denied: [{ endpoint: 'e', direction: 'ingress', packets: 1 }],
      staged: [{ kind: 'k', namespace: '', name: 'n', direction: 'ingress', outcome: 'denied', packets: 1 }],
    }),
    onFault: () => {},
  })
  metrics.observeStage('apply', 1)
  metrics.observeEnforced('commit', 1)
  metrics.countWebhook('accepted')
  const { text } = await metrics.print()
  const found = new Map<string, string[]>()
  for (const [, name = '', labels = ''] of text.matchAll(/^(rampart_\w+)(?:\{(.*)\})? /gm))
    found.set(name, [...(found.get(name) ?? []), ...[...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label)])
  return found
}

/** Undefined when there is no such metric. */
function labelsOf(name: string, page: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  if (name === 'up') return targetLabels
  const promised = { ...contract, ...others }
  const base = name.replace(/^rampart_/, '')
  const known = promised[base] ?? promised[base.replace(/_(bucket|sum|count)$/, '')]
  const found = page.get(name)
  if (known === undefined && found === undefined) return undefined
  return [...(known ?? []), ...(found ?? []), ...targetLabels, ...(name.endsWith('_bucket') ? ['le'] : [])]
}

test('the agent serves what the contract promises, with its labels', async () => {
  const page = await served()
  for (const [name, labels] of Object.entries({ ...contract, ...others })) {
    const samples = page.get(`rampart_${name}`) ?? page.get(`rampart_${name}_count`)
    // what another part of the agent has yet to serve is only promised
    if (samples === undefined || samples.length === 0) continue
    for (const label of labels) assert.ok(samples.includes(label), `rampart_${name} has no label ${label}`)
  }
})

test('every query is closed, and names metrics and labels that there are', async () => {
  const page = await served()
  assert.ok(queries.length > 20)
  for (const { place, expr } of queries) {
    assert.is(bracketFault(expr), undefined, place)
    const { metrics, grouping } = namesIn(expr)
    assert.ok(metrics.length > 0, `${place} names no metric`)
    const usable = metrics.flatMap(({ name, labels }) => {
      const known = labelsOf(name, page)
      assert.ok(known, `${place}: there is no metric ${name}`)
      for (const label of labels) assert.ok(known.includes(label), `${place}: ${name} has no label ${label}`)
      return known
    })
    for (const label of grouping) assert.ok(usable.includes(label), `${place}: nothing in it has the label ${label}`)
  }
})

test('every metric has a panel', () => {
  const shown = new Set(
    panels.flatMap(({ targets }) =>
      (targets ?? []).flatMap(({ expr }) => namesIn(expr).metrics.map(({ name }) => name)),
    ),
  )
  const hidden = Object.keys({ ...contract, ...others }).filter(
    (name) => ![`rampart_${name}`, `rampart_${name}_bucket`, `rampart_${name}_sum`].some((part) => shown.has(part)),
  )
  assert.equal(hidden, [])
})

test('a panel says what it shows, has its own place, and legends name labels that the query keeps', () => {
  assert.is(new Set(panels.map(({ id }) => id)).size, panels.length)
  const cells = new Set<string>()
  for (const { type, title, description, gridPos, targets } of panels) {
    if (type !== 'row') assert.match(description ?? '', /^.+\.$/, title)
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        assert.ok(x < 24 && !cells.has(`${x} ${y}`), `panel "${title}" lies on another`)
        cells.add(`${x} ${y}`)
      }
    for (const { expr, legendFormat } of targets ?? []) {
      const kept = [...namesIn(expr).grouping, ...targetLabels]
      for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
        assert.ok(kept.includes(label), `${title}: ${label}`)
    }
  }
})

test('an alert has a severity, and says what happened and what to do', () => {
  assert.is(new Set(alerts.map(({ alert }) => alert)).size, alerts.length)
  for (const { alert, for: patience, labels, annotations } of alerts) {
    assert.match(alert, /^Rampart[A-Z]\w+$/)
    assert.match(labels.severity, /^(critical|warning)$/, alert)
    // that a change was taken back is an event and over at once
    if (alert !== 'RampartReverted') assert.match(patience ?? '', /^\d+[mh]$/, alert)
    assert.ok(annotations.summary.length < 120 && annotations.description.length > 80, alert)
    for (const text of [annotations.summary, annotations.description]) assert.is(bracketFault(text), undefined, alert)
  }
  const covered = alerts.map(({ alert }) => alert.replace('Rampart', ''))
  for (const wanted of ['AgentDown', 'NotConverged', 'PolicyRefused', 'Reverted', 'DriftFight', 'HoldTooLong'])
    assert.ok(covered.includes(wanted), wanted)
})

test('namesIn() and bracketFault() see through strings', () => {
  assert.equal(namesIn('sum by (a, b) (rate(rampart_x_total{c=~"d}(",e!="f"}[5m])) > on (g) up'), {
    metrics: [
      { name: 'rampart_x_total', labels: ['c', 'e'] },
      { name: 'up', labels: [] },
    ],
    grouping: ['a', 'b', 'g'],
  })
  assert.is(bracketFault('a{b="("}[5m]'), undefined)
  assert.type(bracketFault('sum(a{b="c"]'), 'string')
  assert.type(bracketFault('sum(a'), 'string')
})

test.run()
