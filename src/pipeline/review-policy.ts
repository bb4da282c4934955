/** Everything that is wrong with a revision or hardly meant, on all its hosts: what `rampart validate` tells. */

import { diagnoseTests } from '../access/diagnose-tests.ts'
import { RevisionAccess } from '../access/revision-access.ts'
import { ShadowedRules } from '../access/shadowed-rules.ts'
import type { CaseResult } from '../access/test-result.ts'
import { type Diagnostic, hasErrors, inSourceOrder } from '../diagnostic/diagnostic.ts'
import { lintPolicy } from '../lint/lint-policy.ts'
import { findUnusedSilences, type SilencedWarning, settleSilences } from '../lint/settle-silences.ts'
import { PacketSets } from '../packet-set/packet-sets.ts'
import { compileView, validateFiles } from '../pipeline.ts'
import { policyAt } from '../policy/expiry.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { RepositoryFile } from '../repository/revision.ts'
import { deriveFacts, nodesOf } from '../resolve/derive-facts.ts'
import { findExpiring } from '../validate/find-expiring.ts'
import type { HostStep } from './host-step.ts'
import { PolicyTests } from './policy-tests.ts'

export interface PolicyReview {
  readonly policySet: PolicySet
  /** What stands, in source order. */
  readonly diagnostics: readonly Diagnostic[]
  /** In source order. */
  readonly silenced: readonly SilencedWarning[]
}

/**
 * As readPolicy(), what is valid but hardly meant, and policy tests that fail, on every host that has an endpoint, each as its endpoints describe it; silences that
 * silence nothing too. Yields a host before it is compiled. A policy with errors is not looked into any further.
 *
 * @param moment for what expires
 */
export function* reviewPolicy(files: readonly RepositoryFile[], moment: Date): Generator<HostStep, PolicyReview> {
  const { value: policySet, diagnostics } = validateFiles(files)
  if (hasErrors(diagnostics)) return { policySet, ...withoutSilenced(diagnostics, policySet) }
  const nodes = nodesOf(policySet)
  const found = [...diagnostics, ...findExpiring(policySet, moment), ...lintPolicy(policySet)]
  const then = policyAt(policySet, moment)
  const access = new RevisionAccess(new PacketSets())
  const shadows = new ShadowedRules(access)
  const tests = new PolicyTests(then, access)
  const results: CaseResult[] = []
  for (const [index, node] of nodes.entries()) {
    yield { node, index, of: nodes.length }
    const facts = deriveFacts(policySet, node)
    const compiled = compileView({ policySet: then, facts, failsafes: 'minimal', controlPorts: [] })
    for (const diagnostic of compiled.diagnostics) found.push(diagnostic)
    shadows.look(compiled.value.view)
    if (hasErrors(compiled.diagnostics)) continue
    for (const result of tests.run({ compilation: compiled.value, facts, origin: 'derived' })) results.push(result)
  }
  for (const diagnostic of [...shadows.diagnostics(), ...diagnoseTests(results)]) found.push(diagnostic)
  const unused = findUnusedSilences(found, policySet.silences)
  return { policySet, ...withoutSilenced([...found, ...unused], policySet) }
}

function withoutSilenced(
  diagnostics: readonly Diagnostic[],
  { silences }: PolicySet,
): Pick<PolicyReview, 'diagnostics' | 'silenced'> {
  const { standing, silenced } = settleSilences(inSourceOrder(diagnostics), silences)
  return { diagnostics: standing, silenced }
}
