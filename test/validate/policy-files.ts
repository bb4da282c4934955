/** Repository files for tests, from text or from a spec alone. */

import type { Diagnostic } from '../../src/diagnostic/diagnostic.ts'
import { positionOf } from '../../src/diagnostic/source.ts'
import { validateFiles } from '../../src/pipeline.ts'
import type { PolicySet } from '../../src/policy/policy-set.ts'
import type { RepositoryFile } from '../../src/repository/revision.ts'

/** The text of `a.yaml`, then `line:column code message` of everything that is found; without a message any will do. */
export type FaultCase = readonly [string, ...string[]]

export function fileOf(path: string, text: string): RepositoryFile {
  return { path, type: 'file', contentId: text, bytes: new TextEncoder().encode(text) }
}

/** The spec starts on line 5, indented by two. */
export function documentOf(kind: string, name: string, spec: string): string {
  return `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: {name: ${name}}\nspec:\n${spec.replace(/^/gm, '  ')}\n`
}

/** With what is silenced. */
export function check(files: readonly RepositoryFile[]): {
  readonly policySet: PolicySet
  readonly diagnostics: readonly Diagnostic[]
} {
  const { value: policySet, diagnostics } = validateFiles(files)
  return { policySet, diagnostics }
}

/** `a.yaml:3:7 code message`, for comparing. */
export function printPlain({ span, code, message }: Diagnostic): string {
  if (span === undefined) return `${code} ${message}`
  const { line, column } = positionOf(span)
  return `${span.source.path}:${line}:${column} ${code} ${message}`
}

export const policy = (spec: string) => documentOf('GlobalNetworkPolicy', 'p', spec)
export const rule = (fields: string) => policy(`ingress:\n- ${fields.replaceAll('\n', '\n  ')}`)
export const endpoint = (spec: string) => documentOf('HostEndpoint', 'h', `node: n\n${spec}`)
export const workload = (spec: string) => documentOf('WorkloadEndpoint', 'w', `node: n\n${spec}`)
export const labelled = (kind: string, labels: string) =>
  `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata:\n  name: x\n  labels: {${labels}}\nspec: ${kind === 'HostEndpoint' ? '{node: n, interfaceName: eth0}' : '{}'}\n`
export const expiring = (kind: string, spec: string) =>
  `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata:\n  name: x\n  annotations: {rampart/expires: "2030-01-31T18:00:00Z"}\nspec: {${spec}}\n`
export const named = (kind: string, name: string) =>
  `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: {}\n`
/** The spec starts on line 5; a case on line 7, its fields in one line from column 6, after its name. */
export const policyTest = (spec: string) =>
  documentOf('PolicyTest', 't', spec).replace('projectcalico.org/v3', 'rampart/v1')
/** Beside the host that it is about. */
export const testCase = (fields: string) =>
  `${policyTest(`host: n\ncases:\n- {name: c, ${fields}}`)}---\n${endpoint('interfaceName: eth0')}`
