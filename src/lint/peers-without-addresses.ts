/** Warns of rules that select host endpoints which list no addresses (behaviour.md IS-10). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { Span } from '../diagnostic/source.ts'
import type { HostEndpoint } from '../policy/host-endpoint.ts'
import { inNoNamespace } from '../policy/namespace-scope.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { Labels } from '../policy/resource.ts'
import type { EntityRule } from '../policy/rule.ts'
import { matchesSelector } from '../selector/match-selector.ts'
import { printSelector } from '../selector/print-selector.ts'
import type { Selector } from '../selector/selector.ts'
import { rulesIn } from './placed-rules.ts'
import type { Survey } from './survey.ts'

/** One warning an endpoint: it points at the endpoint, and at the first rule that selects it. */
export function findPeersWithoutAddresses({ policySet, groups }: Survey): readonly Diagnostic[] {
  const hosts = groups.filter((group) => group.type === 'host')
  const isSilent = ({ expectedIPs }: HostEndpoint): boolean => expectedIPs.length === 0
  const uses = hosts.some(({ members }) => members.some(isSilent)) ? usesIn(policySet) : []
  return hosts.flatMap(({ labels, members }) => {
    // fleets have many endpoints with the same labels and ports
    const answers = new Map<string, Use | undefined>()
    return members.filter(isSilent).flatMap((endpoint) => {
      const key = JSON.stringify(endpoint.ports.map(({ name }) => name))
      if (!answers.has(key)) answers.set(key, firstUse(uses, labels, endpoint))
      const use = answers.get(key)
      return use === undefined ? [] : [warn(endpoint, use)]
    })
  })
}

interface Use {
  readonly selector: Selector
  /** Undefined: every address of the endpoint is meant. */
  readonly port: string | undefined
  readonly rule: Span
}

function usesIn(policySet: PolicySet): readonly Use[] {
  return rulesIn(policySet).flatMap(({ rule: { source, destination, span } }) =>
    [source, destination].flatMap((entity) => usesOf(entity, span)),
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
