/** The verbs in order: files -> policy set -> host view -> table. No I/O, no clock. */

import type { Compilation } from './compile/compilation.ts'
import { compileHost } from './compile/compile-host.ts'
import { type Checked, inSourceOrder } from './diagnostic/diagnostic.ts'
import { loadDocuments } from './load/load-documents.ts'
import type { HostView } from './policy/host-view.ts'
import type { PolicySet } from './policy/policy-set.ts'
import type { RepositoryFile } from './repository/revision.ts'
import { type ResolveInput, resolveHost } from './resolve/resolve-host.ts'
import { validateDocuments } from './validate/validate-documents.ts'

/** All faults of all files at once, in source order. With an error among them the policy set must not be used. */
export function readPolicy(files: readonly RepositoryFile[]): Checked<PolicySet> {
  const documents = loadDocuments(files)
  const policy = validateDocuments(documents.value)
  return { value: policy.value, diagnostics: inSourceOrder([...documents.diagnostics, ...policy.diagnostics]) }
}

export interface HostCompilation extends Compilation {
  readonly view: HostView
}

/** Warnings only: a valid policy compiles for every host. */
export function compileForHost(input: ResolveInput): Checked<HostCompilation> {
  const { value: view, diagnostics } = resolveHost(input)
  return { value: { view, ...compileHost(view) }, diagnostics: inSourceOrder(diagnostics) }
}
