/** The validator against the facts of the conformance corpus (folder in RAMPART_CONFORMANCE_DIR; nothing to do without it). */

import { existsSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Diagnostic, hasErrors } from '../../src/diagnostic/diagnostic.ts'
import { validateFiles } from '../../src/pipeline.ts'

interface Fact {
  readonly id: string
  readonly kind: string
  readonly resource: { readonly spec?: object }
  readonly valid: boolean | null
  readonly hasPorts?: boolean
  readonly encoded?: unknown
}

const path = `${process.env.RAMPART_CONFORMANCE_DIR ?? ''}/validation.json`
const facts: readonly Fact[] = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : []

/** Facts that we answer otherwise, on purpose. */
const deviations: ReadonlyMap<string, string> = new Map([
  ...['val-0185', 'val-0186', 'val-0556', 'val-0657'].map((id): [string, string] => [id, 'DV-9: a profile must exist']),
  ...['val-0285', 'val-0286', 'val-0360', 'val-0361'].map((id): [string, string] => [id, 'DV-21: rules outside types']),
  ['val-0664', 'DV-16: the namespace label on a host endpoint'],
  ...['val-0678', 'val-0704'].map((id): [string, string] => [id, 'DV-19: an explicitly empty list']),
  ['val-0724', 'DV-21: notICMP without protocol'],
  ['val-0728', 'only the API server compares the raw text "1"; a numeric string is a number (behaviour.md 1.6)'],
  ['val-0737', 'an empty list of types is derived as if absent (behaviour.md 1.4)'],
  ['val-0743', '1.9: a tier must exist, and none can have a dot in its name'],
  ...['val-0784', 'val-0794'].map((id): [string, string] => [
    id,
    'an oversight upstream, by its own note: an empty string is no network',
  ]),
  ...['val-0810', 'val-0811'].map((id): [string, string] => [id, 'rules of profiles are checked like all others']),
  ['val-0883', 'section 8: a mark mask has at least 8 bits'],
  ['val-0891', 'FS-9: a failsafe port is TCP, UDP or SCTP'],
  ...['val-0479', 'val-0480', 'val-0483', 'val-0488', 'val-0557', 'val-0896'].map((id): [string, string] => [
    id,
    'section 8: only the names default and node.<name>',
  ]),
  ...['val-0566', 'val-0568', 'val-0578', 'val-0581', 'val-0583', 'val-0584', 'val-0590'].map(
    (id): [string, string] => [id, 'a fact about decoding alone: Calico refuses the value one step later, we at once'],
  ),
])

test('validateFiles() agrees with every fact', () => {
  const counts = new Map<string, number>()
  const failed: string[] = []
  for (const fact of facts) {
    const verdict = judge(fact)
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
    if (verdict.startsWith('DISAGREES')) failed.push(`${fact.id}: ${verdict}`)
  }
  assert.equal(failed, [])
  if (facts.length > 0)
    console.log(
      [...counts]
        .sort((a, b) => b[1] - a[1])
        .map(([verdict, count]) => `${count} ${verdict}`)
        .join('\n'),
    )
})

test('deviations name facts that exist and that we do answer otherwise', () => {
  for (const id of deviations.keys()) {
    const fact = facts.find((candidate) => candidate.id === id)
    if (facts.length > 0) assert.ok(fact !== undefined && judge(fact).startsWith('deviates'), id)
  }
})

function judge(fact: Fact): string {
  const resource = resourceOf(fact)
  if (resource === undefined) return 'says nothing of validity'
  const expected = fact.hasPorts ?? fact.valid
  const answer = validate([resource, ...companionsOf(resource)])
  if (answer.valid === expected)
    return expected ? 'agrees: valid' : `agrees: invalid${answer.isRefused ? ' (refused whatever its value)' : ''}`
  const reason = deviations.get(fact.id)
  if (reason !== undefined) return `deviates: ${reason}`
  if (expected === true && answer.isRefused) return 'out of scope: what behaviour.md rejects'
  if (expected === false && answer.isIgnored) return 'deviates: section 8: ignored with a warning, whatever its value'
  return `DISAGREES: ${answer.codes.join()}`
}

/** The document a fact is about; facts about a part of a document become one that has it. */
function resourceOf({ kind, resource, valid, hasPorts, encoded }: Fact): object | undefined {
  const rule = (fields: object) => calico('GlobalNetworkPolicy', { ingress: [{ action: 'Allow', ...fields }] })
  switch (kind) {
    case 'Port':
    case 'PortName':
      return rule({ protocol: 'TCP', destination: { ports: [encoded ?? resource] } })
    case 'Protocol':
      return rule(
        hasPorts === undefined ? { protocol: resource } : { protocol: resource, destination: { ports: [80] } },
      )
    case 'ProtoPort':
      return {
        ...calico('FelixConfiguration', { failsafeInboundHostPorts: [resource] }),
        metadata: { name: 'default' },
      }
    case 'WorkloadEndpoint':
      return { ...resource, spec: { node: 'n', ...resource.spec } }
    default:
      return valid === null ? undefined : resource
  }
}

/** What the document refers to: facts are about one document, but tiers and names of ports have to be there. */
function companionsOf(resource: object): readonly object[] {
  const text = JSON.stringify(resource)
  const [, tier] = /"tier":"([a-z-]+)"/.exec(text) ?? []
  const names = new Set(
    [...text.matchAll(/"(?:notPorts|ports)":\[([^\]{]*)\]/g)].flatMap(([, list]) =>
      [...String(list).matchAll(/"([a-z][a-z0-9-]*)"/g)].map(([, name]) => name),
    ),
  )
  const ports = [...names].map((name) => ({ name, protocol: 'TCP', port: 1 }))
  return [
    ...(tier === undefined || tier === 'default' ? [] : [{ ...calico('Tier', {}), metadata: { name: tier } }]),
    ...(names.size === 0
      ? []
      : [calico('HostEndpoint', { node: 'n', interfaceName: 'eth9', expectedIPs: ['192.0.2.1'], ports })]),
  ]
}

function calico(kind: string, spec: object): object {
  return { apiVersion: 'projectcalico.org/v3', kind, metadata: { name: 'beside' }, spec }
}

function validate(resources: readonly object[]) {
  const bytes = new TextEncoder().encode(JSON.stringify(expand(resources)))
  const { diagnostics } = validateFiles([{ path: 'fact.yaml', type: 'file', contentId: '', bytes }])
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  return {
    valid: !hasErrors(diagnostics),
    isRefused: errors.length > 0 && errors.every(isRefusal),
    isIgnored: diagnostics.some(({ code }) => code === 'ignored-field'),
    codes: errors.map(({ code }) => code),
  }
}

/** Fields that behaviour.md rejects, and the tiers of Kubernetes. */
function isRefusal({ code, message }: Diagnostic): boolean {
  return code === 'unsupported-field' || (code === 'built-in-tier' && message.includes('Kubernetes'))
}

/** The corpus writes big values as a count. */
function expand(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expand)
  if (typeof value !== 'object' || value === null) return value
  const {
    $repeat,
    $repeatList,
  }: { $repeat?: { text: string; count: number }; $repeatList?: { item: unknown; count: number } } = value
  if ($repeat !== undefined) return $repeat.text.repeat($repeat.count)
  if ($repeatList !== undefined) return Array.from({ length: $repeatList.count }, () => expand($repeatList.item))
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expand(inner)]))
}

test.run()
