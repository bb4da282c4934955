/** Warns of names of ports that some endpoint gives, but none of those that the rule means (behaviour.md RM-32, RM-33). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { printProtocol } from '../net/protocol.ts'
import type { EntityRule, PolicyRule } from '../policy/rule.ts'
import { printSelector } from '../selector/print-selector.ts'
import { rulesIn } from './placed-rules.ts'
import type { EndpointGroup, Survey } from './survey.ts'

/** Names that no endpoint gives at all are errors. */
export function findElsewherePortNames(survey: Survey): readonly Diagnostic[] {
  const all = portNamesOf(survey.groups, undefined)
  return rulesIn(survey.policySet).flatMap(({ rule }) =>
    [rule.source, rule.destination].flatMap((entity) => {
      const missing = (entity.namedPorts ?? []).filter((name) => all.has(name))
      if (missing.length === 0) return []
      const given = portNamesOf(meantBy(entity, survey), rule.protocol)
      return missing.filter((name) => !given.has(name)).map((name) => warn(name, entity, rule))
    }),
  )
}

function meantBy({ selector }: EntityRule, survey: Survey): Iterable<EndpointGroup> {
  return selector === undefined ? survey.groups : survey.peersOf(selector).groups
}

function portNamesOf(groups: Iterable<EndpointGroup>, protocol: number | undefined): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { members } of groups)
    for (const { ports } of members)
      for (const port of ports) if (protocol === undefined || port.protocol === protocol) names.add(port.name)
  return names
}

function warn(name: string, { selector }: EntityRule, { protocol, span }: PolicyRule): Diagnostic {
  const whom = selector === undefined ? 'no endpoint' : `no endpoint that matches ${printSelector(selector)}`
  const what = protocol === undefined ? 'a port' : `a port of ${printProtocol(protocol)}`
  const message = `${whom} has ${what} named "${name}", so the name matches nothing here: add it to their ports, or write the number`
  return diagnose('elsewhere-port-name', { message, span })
}
