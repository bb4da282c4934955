/** Warns of rules that let everybody reach a port that is for administrators and other machines. */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { Address } from '../net/address.ts'
import { isPrivate } from '../net/private-networks.ts'
import type { EntityRule, PolicyRule } from '../policy/rule.ts'
import { type ManagementPort, managementPorts } from './management-ports.ts'
import { isPolicy, type PlacedRule, rulesIn } from './placed-rules.ts'
import type { EndpointGroup, Survey } from './survey.ts'

/**
 * One warning a rule: the first such port that it names, alone or in a range; a rule for every port says nothing about this one. Where all
 * addresses of the endpoints are known and private, everybody is not the Internet.
 */
export function findOpenManagementPorts(survey: Survey): readonly Diagnostic[] {
  return rulesIn(survey.policySet).flatMap((placed) => {
    const { rule, direction } = placed
    if (direction !== 'ingress' || rule.action !== 'Allow' || !isEverybody(rule.source, survey)) return []
    const port = managementPorts.find((candidate) => names(rule, candidate))
    const exposed = port === undefined ? undefined : groupsOf(placed, survey).find(isExposed)
    return port === undefined || exposed === undefined ? [] : [warn(rule, port, exposed)]
  })
}

function isEverybody({ nets, selector, ports, namedPorts }: EntityRule, survey: Survey): boolean {
  if (ports !== undefined || namedPorts !== undefined) return false
  if (nets !== undefined && !nets.some(({ prefix }) => prefix === 0)) return false
  return (
    selector === undefined || survey.peersOf(selector).sets.some((set) => set.nets.some(({ prefix }) => prefix === 0))
  )
}

function names(
  { protocol, destination: { ports, notPorts } }: PolicyRule,
  { protocol: of, port }: ManagementPort,
): boolean {
  const within = (ranges: typeof ports) => ranges?.some(({ from, to }) => from <= port && port <= to) ?? false
  return protocol === of && within(ports) && !within(notPorts)
}

function groupsOf({ owner }: PlacedRule, survey: Survey): readonly EndpointGroup[] {
  if (isPolicy(owner)) return survey.selectedBy(owner)
  return survey.groups.filter(({ members }) => members.some(({ profiles }) => profiles.includes(owner.name)))
}

function isExposed(group: EndpointGroup): boolean {
  const mayFaceTheWorld = (addresses: readonly Address[]): boolean =>
    addresses.length === 0 || addresses.some((address) => !isPrivate(address))
  return group.type === 'host'
    ? group.members.some(({ interfaceName, expectedIPs }) => interfaceName !== 'lo' && mayFaceTheWorld(expectedIPs))
    : group.members.some(({ addresses }) => mayFaceTheWorld(addresses))
}

function warn({ span }: PolicyRule, { port, service }: ManagementPort, { members }: EndpointGroup): Diagnostic {
  const message = `everybody may reach port ${port} (${service}) of "${members[0]?.name ?? ''}": say in source who has to`
  return diagnose('open-management-port', { message, span })
}
