/** Warns of pre-DNAT rules about addresses or ports that packets get only later (behaviour.md 4.4, EX-42). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { EntityRule } from '../policy/rule.ts'
import { rulesOf } from './placed-rules.ts'
import { type EndpointGroup, type Survey, stageOf } from './survey.ts'

/** Where the destination is nothing but workloads of this repository, by selector or by the name of a port. */
export function findRewrittenDestinations(survey: Survey): readonly Diagnostic[] {
  const { policies, stagedPolicies } = survey.policySet
  const early = [...policies, ...stagedPolicies].filter((policy) => stageOf(policy) === 'pre-DNAT')
  return early.flatMap(rulesOf).flatMap(({ rule }) => {
    const what = laterPart(rule.destination, survey)
    if (what === undefined) return []
    const message = `before DNAT a packet is still addressed to the host, but ${what}: name the address of the host and the port that is published, or use a policy without preDNAT`
    return [diagnose('rewritten-destination', { message, span: rule.span })]
  })
}

function laterPart({ selector, namedPorts }: EntityRule, survey: Survey): string | undefined {
  const peers = selector === undefined ? undefined : survey.peersOf(selector)
  if (peers !== undefined && peers.sets.length === 0 && areWorkloads([...peers.groups]))
    return 'the destination of the rule is workloads alone'
  const name = namedPorts?.find((candidate) =>
    areWorkloads(
      survey.groups.filter(({ members }) =>
        members.some(({ ports }) => ports.some(({ name: given }) => given === candidate)),
      ),
    ),
  )
  return name === undefined ? undefined : `only workloads have a port named "${name}"`
}

function areWorkloads(groups: readonly EndpointGroup[]): boolean {
  return groups.length > 0 && groups.every(({ type }) => type === 'workload')
}
