/** How many things of a table a plan changes: rules, elements and objects that come or go, without the counters. */

import { planWithin } from './describe-plan.ts'
import type { Change, Plan } from './plan.ts'
import { ruleEdits } from './rule-edits.ts'

/** As many as describePlan() describes. */
export function countChanges(plan: Plan): number {
  return plan.changes.reduce((count, change) => count + sizeOf(change), 0)
}

function sizeOf(change: Change): number {
  switch (change.type) {
    case 'replace-table':
      return 1 + countChanges(planWithin(change))
    case 'map-elements':
    case 'set-elements':
      return change.elements.size
    case 'map':
      return 1 + change.map.elements.size
    case 'set':
      return 1 + change.set.elements.size
    case 'chain':
      return 1 + change.chain.rules.length
    case 'counters':
      return 0
    case 'foreign':
      return 1
    case 'replace-rules':
      return ruleEdits(change.from, change.to).length
  }
}
