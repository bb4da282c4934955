/** The golden cases, and the example repository for each of its hosts, as the pipeline sees them. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDirectorySource } from '../../src/adapters/directory-source.ts'
import { RevisionAccess } from '../../src/access/revision-access.ts'
import { ShadowedRules } from '../../src/access/shadowed-rules.ts'
import type { Diagnostic } from '../../src/diagnostic/diagnostic.ts'
import type { HostFacts } from '../../src/host/host-facts.ts'
import { lintPolicy } from '../../src/lint/lint-policy.ts'
import { compileForHost, type HostCompilation, readPolicy } from '../../src/pipeline.ts'
import { PacketSets } from '../../src/packet-set/packet-sets.ts'
import { policyAt } from '../../src/policy/expiry.ts'
import type { RepositoryFile } from '../../src/repository/revision.ts'
import { deriveFacts, nodesOf } from '../../src/resolve/derive-facts.ts'
import { findExpiring } from '../../src/validate/find-expiring.ts'
import { readHostFacts } from '../../src/validate/read-host-facts.ts'

export interface GoldenCase {
  readonly name: string
  readonly facts: HostFacts
  readonly files: readonly RepositoryFile[]
}

export interface CompiledCase extends HostCompilation {
  readonly diagnostics: readonly Diagnostic[]
}

export const goldenFolder = import.meta.dirname
const exampleFolder = join(goldenFolder, '../../policies')

/** For what expires. */
const goldenMoment = new Date('2030-01-31T18:00:00Z')

/** Every folder beside this file, in name order. */
export async function goldenCases(): Promise<readonly GoldenCase[]> {
  const folders = readdirSync(goldenFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const names = folders.map((entry) => entry.name).sort()
  return Promise.all(
    names.map(async (name) => {
      const path = join(goldenFolder, name, 'host.json')
      const facts = readHostFacts({ path: 'host.json', text: readFileSync(path, 'utf8') })
      if (facts.value === undefined) throw new Error(`${path}: ${facts.diagnostics.map((fault) => fault.message)}`)
      return { name, facts: facts.value, files: await filesBelow(join(goldenFolder, name, 'policies')) }
    }),
  )
}

/** The repository's policies/ for each host that it names. */
export async function exampleCases(): Promise<readonly GoldenCase[]> {
  const files = await filesBelow(exampleFolder)
  const { value: policySet } = readPolicy(files)
  return nodesOf(policySet).map((node) => ({ name: `policies for ${node}`, facts: deriveFacts(policySet, node), files }))
}

/** As `rampart plan --from policies --facts host.json` does it; with what `rampart validate` says besides. */
export function compileCase({ facts, files }: Pick<GoldenCase, 'facts' | 'files'>): CompiledCase {
  const policy = readPolicy(files)
  const expiring = findExpiring(policy.value, goldenMoment)
  const policySet = policyAt(policy.value, goldenMoment)
  const compiled = compileForHost({ policySet, facts, failsafes: 'minimal', controlPorts: [] })
  const shadows = new ShadowedRules(new RevisionAccess(new PacketSets()))
  shadows.look(compiled.value.view)
  const lints = [...lintPolicy(policy.value), ...shadows.diagnostics()]
  return { ...compiled.value, diagnostics: [...policy.diagnostics, ...lints, ...expiring, ...compiled.diagnostics] }
}

async function filesBelow(folder: string): Promise<readonly RepositoryFile[]> {
  const { files } = await createDirectorySource(folder).fetch(AbortSignal.timeout(5000))
  return files
}
