/** Warns of untracked Allow rules whose answers nothing lets out (behaviour.md EX-50, EV-62). */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { sctp, tcp } from '../net/protocol.ts'
import type { NetworkPolicy } from '../policy/network-policy.ts'
import type { Direction, PolicyRule } from '../policy/rule.ts'
import { directions } from './placed-rules.ts'
import { canOverlap } from './rules-overlap.ts'
import { type EndpointGroup, type Survey, stageOf } from './survey.ts'

/**
 * One warning a rule. Connection tracking does not know what an untracked packet began: it calls a TCP or SCTP answer invalid, which is
 * dropped. Answers of other protocols are new packets, which other policies may allow; of them nothing is said.
 */
export function findOneWayUntracked(survey: Survey): readonly Diagnostic[] {
  const { policies, configurations } = survey.policySet
  if (configurations.some(({ disableConntrackInvalidCheck }) => disableConntrackInvalidCheck === true)) return []
  const untracked = policies
    .filter((policy) => stageOf(policy) === 'untracked')
    .map((policy) => ({ policy, groups: new Set(survey.selectedBy(policy)) }))
  return untracked.flatMap(({ policy, groups }) =>
    directions.flatMap((direction) => {
      const back = direction === 'ingress' ? 'egress' : 'ingress'
      return policy[direction].filter(opensConnections).flatMap((rule) => {
        const answering = untracked.filter((other) => allowsAnswers(other.policy, back, rule))
        const deaf = [...groups].find((group) => !answering.some((other) => other.groups.has(group)))
        return deaf === undefined ? [] : [warn(rule, direction, deaf)]
      })
    }),
  )
}

function opensConnections({ action, protocol, notProtocol }: PolicyRule): boolean {
  if (action !== 'Allow') return false
  return protocol === undefined ? notProtocol !== tcp : protocol === tcp || protocol === sctp
}

function allowsAnswers(policy: NetworkPolicy, back: Direction, rule: PolicyRule): boolean {
  const answer: PolicyRule = { ...rule, source: rule.destination, destination: rule.source }
  return policy[back].some((other) => other.action === 'Allow' && canOverlap(answer, other))
}

function warn(rule: PolicyRule, direction: Direction, { members }: EndpointGroup): Diagnostic {
  const back = direction === 'ingress' ? 'egress' : 'ingress'
  const message = `the answers to what this untracked rule lets in or out are dropped on "${members[0]?.name ?? ''}": no untracked ${back} rule allows them, write its mirror with source and destination exchanged`
  return diagnose('one-way-untracked', { message, span: rule.span })
}
