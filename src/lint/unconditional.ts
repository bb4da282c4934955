/** Whether a rule matches every packet. */

import type { EntityRule, PolicyRule } from '../policy/rule.ts'

export function isUnconditional(rule: PolicyRule): boolean {
  const { ipVersion, protocol, notProtocol, icmp, notIcmp, source, destination } = rule
  const asked = [ipVersion, protocol, notProtocol, icmp, notIcmp, ...criteriaOf(source), ...criteriaOf(destination)]
  return asked.every((criterion) => criterion === undefined)
}

function criteriaOf(entity: EntityRule): readonly unknown[] {
  return Object.values(entity)
}
