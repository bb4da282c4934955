/** Warns of rules that select host endpoints which list no addresses (behaviour.md IS-10). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { Span } from '../diagnostic/source.ts'
import { effectiveLabels } from '../policy/effective-labels.ts'
import type { HostEndpoint } from '../policy/host-endpoint.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { Labels } from '../policy/resource.ts'
import type { EntityRule } from '../policy/rule.ts'
import { matchesSelector } from '../selector/match-selector.ts'
import { printSelector } from '../selector/print-selector.ts'
import type { Selector } from '../selector/selector.ts'
import { inNoNamespace } from './scope-selectors.ts'

/** One warning an endpoint: it points at the endpoint, and at the first rule that selects it. */
export function findPeersWithoutAddresses(policySet: PolicySet): readonly Diagnostic[] {
  const profiles = new Map(policySet.profiles.map((profile) => [profile.name, profile]))
  const silent = policySet.hostEndpoints
    .filter(({ expectedIPs }) => expectedIPs.length === 0)
    .map((endpoint) => ({ endpoint, labels: effectiveLabels(endpoint, profiles) }))
  const uses = silent.length === 0 ? [] : usesIn(policySet)
  // fleets have many endpoints with the same labels
  const answers = new Map<string, Use | undefined>()
  return silent.flatMap(({ endpoint, labels }) => {
    const key = JSON.stringify([...labels, endpoint.ports.map(({ name }) => name)])
    if (!answers.has(key)) answers.set(key, firstUse(uses, labels, endpoint))
    const use = answers.get(key)
    return use === undefined ? [] : [warn(endpoint, use)]
  })
}

interface Use {
  readonly selector: Selector
  /** Undefined: every address of the endpoint is meant. */
  readonly port: string | undefined
  readonly rule: Span
}

function usesIn({ policies, stagedPolicies, profiles }: PolicySet): readonly Use[] {
  return [...policies, ...stagedPolicies, ...profiles].flatMap(({ ingress, egress }) =>
    [...ingress, ...egress].flatMap(({ source, destination, span }) =>
      [source, destination].flatMap((entity) => usesOf(entity, span)),
    ),
  )
}

/** Selectors of everything (`all()`) are left out: whoever writes that thinks of no endpoint in particular. */
function usesOf(entity: EntityRule, rule: Span): readonly Use[] {
  const selectors = [entity.selector, entity.notSelector].flatMap((selector) =>
    selector === undefined || isEverything(selector) ? [] : [{ selector, port: undefined, rule }],
  )
  const names = [...(entity.namedPorts ?? []), ...(entity.notNamedPorts ?? [])]
  const selector: Selector = entity.selector ?? { type: 'all' }
  return [...selectors, ...names.map((port) => ({ selector, port, rule }))]
}

function isEverything(selector: Selector): boolean {
  return selector.type === 'all' || printSelector(selector) === everyHost
}

const everyHost = printSelector(inNoNamespace)

function firstUse(uses: readonly Use[], labels: Labels, { ports }: HostEndpoint): Use | undefined {
  const names = new Set(ports.map(({ name }) => name))
  return uses.find(({ selector, port }) => (port === undefined || names.has(port)) && matchesSelector(selector, labels))
}

function warn(endpoint: HostEndpoint, { port, rule }: Use): Diagnostic {
  const use = port === undefined ? 'selects' : `names the port "${port}" of`
  return diagnose('peer-without-addresses', {
    message: `a rule ${use} the host endpoint "${endpoint.name}", which lists no addresses, so its traffic does not match: add expectedIPs`,
    span: endpoint.span,
    notes: [{ span: rule, message: 'the rule that selects it' }],
  })
}
