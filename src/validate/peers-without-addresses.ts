/** Warns of rules that select host endpoints which list no addresses (behaviour.md IS-10). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { Span } from '../diagnostic/source.ts'
import { effectiveLabels } from '../policy/effective-labels.ts'
import type { HostEndpoint } from '../policy/host-endpoint.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { Labels } from '../policy/resource.ts'
import type { EntityRule } from '../policy/rule.ts'
import { matchesSelector } from '../selector/match-selector.ts'
import type { Selector } from '../selector/selector.ts'

/** One warning an endpoint: it points at the endpoint, and at the first rule that selects it. */
export function findPeersWithoutAddresses(policySet: PolicySet): readonly Diagnostic[] {
  const profiles = new Map(policySet.profiles.map((profile) => [profile.name, profile]))
  const silent = policySet.hostEndpoints
    .filter(({ expectedIPs }) => expectedIPs.length === 0)
    .map((endpoint) => ({ endpoint, labels: effectiveLabels(endpoint, profiles) }))
  const selectors = silent.length === 0 ? [] : selectorsOf(policySet)
  // fleets have many endpoints with the same labels
  const answers = new Map<string, Use | undefined>()
  return silent.flatMap(({ endpoint, labels }) => {
    const key = JSON.stringify([...labels])
    if (!answers.has(key)) answers.set(key, firstUse(selectors, labels))
    const use = answers.get(key)
    return use === undefined ? [] : [warn(endpoint, use)]
  })
}

interface Use {
  readonly selector: Selector
  readonly rule: Span
}

/** Selectors of everything (`all()`) are left out: whoever writes that thinks of no endpoint in particular. */
function selectorsOf({ policies, profiles }: PolicySet): readonly Use[] {
  return [...policies, ...profiles].flatMap(({ ingress, egress }) =>
    [...ingress, ...egress].flatMap(({ source, destination, span }) =>
      [source, destination].flatMap((entity: EntityRule) =>
        [entity.selector, entity.notSelector].flatMap((selector) =>
          selector === undefined || selector.type === 'all' ? [] : [{ selector, rule: span }],
        ),
      ),
    ),
  )
}

function firstUse(selectors: readonly Use[], labels: Labels): Use | undefined {
  return selectors.find(({ selector }) => matchesSelector(selector, labels))
}

function warn(endpoint: HostEndpoint, { rule }: Use): Diagnostic {
  return diagnose('peer-without-addresses', {
    message: `a rule selects the host endpoint "${endpoint.name}", which lists no addresses, so its traffic does not match: add expectedIPs`,
    span: endpoint.span,
    notes: [{ span: rule, message: 'the rule that selects it' }],
  })
}
