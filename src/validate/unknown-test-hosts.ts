/** Finds hosts that a PolicyTest names or selects and that no endpoint belongs to. */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { nearestName } from '../diagnostic/nearest-name.ts'
import { effectiveLabels } from '../policy/effective-labels.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { matchesSelector } from '../selector/match-selector.ts'
import type { GivenNames } from './given-names.ts'
import { unfound } from './unfound.ts'

/** A host whose endpoint is faulty exists. */
export function findUnknownTestHosts({ tests }: PolicySet, { node: given }: GivenNames): readonly Diagnostic[] {
  const named = tests.flatMap(({ hosts }) => (hosts.type === 'named' ? hosts.hosts : []))
  const unknown = unfound(
    named.map(({ node }) => node),
    given(),
  )
  if (unknown.size === 0) return []
  const candidates = new Set(given())
  return named.flatMap(({ node, span }) => {
    if (!unknown.has(node)) return []
    const near = nearestName(node, candidates)
    const right = near === undefined ? 'write the node of an endpoint' : `did you mean "${near}"?`
    return [diagnose('unknown-host', { message: `no endpoint belongs to the host "${node}": ${right}`, span })]
  })
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
