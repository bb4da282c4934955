/** Reads the directions that a policy applies to. */

import type { Direction } from '../policy/rule.ts'
import type { PolicyDocument } from '../schema/policy-spec.ts'
import type { Subject } from './subject.ts'

/** Those of the document, or derived from its rules (behaviour.md 1.4). */
export function readPolicyTypes(subject: Subject<PolicyDocument>): ReadonlySet<Direction> {
  const { types, ingress, egress } = subject.value.spec
  const hasRules = { ingress: (ingress?.length ?? 0) > 0, egress: (egress?.length ?? 0) > 0 }
  if (!subject.isSound(['spec', 'types']) || types === undefined || types.length === 0) {
    if (!hasRules.egress) return new Set<Direction>(['ingress'])
    return new Set<Direction>(hasRules.ingress ? ['ingress', 'egress'] : ['egress'])
  }
  reportRepeated(subject, types)
  const read = new Set(types.map((type): Direction => (type === 'Ingress' ? 'ingress' : 'egress')))
  for (const direction of directions) if (hasRules[direction] && !read.has(direction)) reportDead(subject, direction)
  return read
}

const directions: readonly Direction[] = ['ingress', 'egress']

function reportRepeated(subject: Subject<unknown>, types: readonly string[]): void {
  for (const [index, type] of types.entries()) {
    if (types.indexOf(type) === index) continue
    subject.report('duplicate-entry', {
      at: ['spec', 'types', index],
      message: `"${type}" is listed twice in types: remove one`,
    })
  }
}

function reportDead(subject: Subject<unknown>, direction: Direction): void {
  const type = direction === 'ingress' ? 'Ingress' : 'Egress'
  subject.report('dead-direction', {
    at: ['spec', direction],
    mark: 'key',
    message: `the ${direction} rules are never asked: add ${type} to types, or remove the rules`,
    notes: [{ span: subject.document.spanOf(['spec', 'types'], 'value'), message: `types does not name ${type}` }],
  })
}
