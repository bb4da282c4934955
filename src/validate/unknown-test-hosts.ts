/** Finds hosts that a PolicyTest names or selects and that no endpoint belongs to. */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { nearestName } from '../diagnostic/nearest-name.ts'
import type { LocatedDocument } from '../document/located-document.ts'
import { effectiveLabels } from '../policy/effective-labels.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { matchesSelector } from '../selector/match-selector.ts'
import { valueAt } from './value-at.ts'

/** A host whose endpoint is faulty exists. */
export function findUnknownTestHosts(
  { tests }: PolicySet,
  documents: readonly LocatedDocument[],
): readonly Diagnostic[] {
  const known = new Set(documents.flatMap(nodeOf))
  return tests.flatMap(({ hosts }) =>
    (hosts.type === 'named' ? hosts.hosts : []).flatMap(({ node, span }) => {
      if (known.has(node)) return []
      const near = nearestName(node, known)
      const right = near === undefined ? 'write the node of an endpoint' : `did you mean "${near}"?`
      return [diagnose('unknown-host', { message: `no endpoint belongs to the host "${node}": ${right}`, span })]
    }),
  )
}

function nodeOf({ kind, value }: LocatedDocument): readonly string[] {
  const node = kind === 'HostEndpoint' || kind === 'WorkloadEndpoint' ? valueAt(value, ['spec', 'node']) : undefined
  return typeof node === 'string' ? [node] : []
}

export function findTestsWithoutHosts({ tests, hostEndpoints, profiles: all }: PolicySet): readonly Diagnostic[] {
  const profiles = new Map(all.map((profile) => [profile.name, profile]))
  return tests.flatMap(({ hosts }) => {
    if (hosts.type === 'named') return []
    const { selector, span } = hosts
    if (hostEndpoints.some((endpoint) => matchesSelector(selector, effectiveLabels(endpoint, profiles)))) return []
    const message =
      'no host endpoint has such labels, so the test judges no host: change the selector, or remove the test'
    return [diagnose('vacuous-test', { message, span })]
  })
}
