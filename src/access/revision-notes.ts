/** What a reviewer should know of two revisions beside flows: policies that select nothing any more, endpoints whose addresses change. */

import { printAddress } from '../net/address.ts'
import { effectiveLabels } from '../policy/effective-labels.ts'
import type { HostEndpoint } from '../policy/host-endpoint.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { printResource } from '../policy/resource.ts'
import type { PolicyRule } from '../policy/rule.ts'
import { matchesSelector } from '../selector/match-selector.ts'
import type { DifferenceNote } from './access-difference.ts'
import { printEnd, printPlace } from './reason.ts'

export function revisionNotes(base: PolicySet, head: PolicySet): readonly DifferenceNote[] {
  return [...movedEndpoints(base, head), ...changedEnds(base, head), ...idlePolicies(base, head)]
}

/** Those that select no endpoint in the new revision, and did or were not there in the old one. */
function idlePolicies(base: PolicySet, head: PolicySet): readonly DifferenceNote[] {
  const known = new Set(idleIn(base).map(printResource))
  return idleIn(head)
    .filter((policy) => !known.has(printResource(policy)))
    .map((policy) => ({
      type: 'selects-nothing',
      text: `${printResource(policy)} selects no endpoint`,
      hosts: [],
      place: printPlace(policy.span),
    }))
}

function idleIn({ policies, hostEndpoints, workloadEndpoints, profiles }: PolicySet): readonly NetworkPolicy[] {
  const byName = new Map(profiles.map((profile) => [profile.name, profile]))
  const labels = [...hostEndpoints, ...workloadEndpoints].map((endpoint) => effectiveLabels(endpoint, byName))
  return policies.filter(({ selector }) => !labels.some((own) => matchesSelector(selector, own)))
}

/** Of rules that are in both revisions; that one is new is told with the flows that it opens. */
function changedEnds(base: PolicySet, head: PolicySet): readonly DifferenceNote[] {
  const before = new Map(rulesOf(base))
  return rulesOf(head).flatMap(([name, rule]): readonly DifferenceNote[] => {
    const old = before.get(name)
    const [was, is] = [old, rule].map((one) => (one?.expires === undefined ? 'never' : printEnd(one.expires)))
    if (old === undefined || was === is) return []
    const text = `${name} ends ${is === 'never' ? 'no more' : `at ${is}`} (before: ${was})`
    return [{ type: 'end-changes', text, hosts: [], place: printPlace(rule.span) }]
  })
}

function rulesOf({ policies, profiles }: PolicySet): readonly (readonly [string, PolicyRule])[] {
  return [...policies, ...profiles].flatMap((owner) =>
    (['ingress', 'egress'] as const).flatMap((direction) =>
      owner[direction].map((rule, index) => [`${printResource(owner)} ${direction}[${index}]`, rule] as const),
    ),
  )
}

/** By name: those are in both revisions. */
function movedEndpoints(base: PolicySet, head: PolicySet): readonly DifferenceNote[] {
  const before = new Map(base.hostEndpoints.map((endpoint) => [endpoint.name, endpoint]))
  return head.hostEndpoints.flatMap((endpoint): readonly DifferenceNote[] => {
    const old = before.get(endpoint.name)
    if (old === undefined || placeTextOf(old) === placeTextOf(endpoint)) return []
    const text = `HostEndpoint/${endpoint.name} was ${placeTextOf(old)}, is ${placeTextOf(endpoint)}`
    return [{ type: 'endpoint-moves', text, hosts: [endpoint.node], place: printPlace(endpoint.span) }]
  })
}

function placeTextOf({ node, interfaceName, expectedIPs }: HostEndpoint): string {
  const addresses = expectedIPs.map(printAddress).join(', ') || 'without addresses'
  return `${interfaceName ?? 'wherever its addresses are'} on ${node} (${addresses})`
}
