/** A plan as a flat list of single differences: what printers, status and tests read. */

import type { Chain } from '../ruleset/chain.ts'
import { printRule } from '../ruleset/print-rule.ts'
import { mapElements, printMapElement } from '../ruleset/print-table.ts'
import type { Rule } from '../ruleset/rule.ts'
import { emptyRuleset, tableName } from '../ruleset/ruleset.ts'
import { diff } from './diff.ts'
import type { Action, Change, Plan } from './plan.ts'
import { ruleEdits } from './rule-edits.ts'

export interface Difference {
  readonly action: Action
  readonly object: 'table' | 'chain' | 'rule' | 'set' | 'map' | 'element' | 'counter' | 'foreign'
  /** Of the object; of the chain for a rule, of the set or map for an element. */
  readonly name: string
  /** The rule or element as nft text; what a set stands for; '' when the name says it all. */
  readonly text: string
  /** The rule's comment, which leads to the policy line. */
  readonly comment: string | undefined
}

/** In the order of the plan; the rules of a chain in the order of the chain. */
export function describePlan(plan: Plan): readonly Difference[] {
  return plan.changes.flatMap(describeChange)
}

function describeChange(change: Change): readonly Difference[] {
  switch (change.type) {
    case 'replace-table':
      return describeReplacement(change)
    case 'map-elements':
      return [...change.elements].map(([key, value]) =>
        difference(change.action, { object: 'element', name: change.map, text: printMapElement(key, value) }),
      )
    case 'set-elements':
      return [...change.elements].map((element) =>
        difference(change.action, { object: 'element', name: change.set, text: element }),
      )
    case 'map':
      return [
        difference(change.action, { object: 'map', name: change.map.name, text: '' }),
        ...mapElements(change.map).map((element) =>
          difference(change.action, { object: 'element', name: change.map.name, text: element }),
        ),
      ]
    case 'set':
      return [
        difference(change.action, { object: 'set', name: change.set.name, text: change.set.comment ?? '' }),
        ...[...change.set.elements].map((element) =>
          difference(change.action, { object: 'element', name: change.set.name, text: element }),
        ),
      ]
    case 'chain':
      return describeChain(change.action, change.chain)
    case 'counters':
      return [...change.names].map((name) => difference(change.action, { object: 'counter', name, text: '' }))
    case 'foreign':
      return [
        difference(change.action, {
          object: 'foreign',
          name: `${change.object.keyword} ${change.object.name}`,
          text: '',
        }),
      ]
    case 'replace-rules':
      return ruleEdits(change.from, change.to).map(({ action, rule }) => ruleDifference(action, change.chain, rule))
  }
}

type Replacement = Extract<Change, { type: 'replace-table' }>

/** What is in both tables is no difference, even where the whole table is written again. */
function describeReplacement(change: Replacement): readonly Difference[] {
  const { from, to } = change
  const action = to === undefined ? 'delete' : 'add'
  const flags = [from, to].map((table) => (table?.flags ?? []).join(', '))
  const text = flags[0] === flags[1] ? '' : `flags "${flags[0]}" become "${flags[1]}"`
  const table = difference(action, { object: 'table', name: tableName, text })
  return [table, ...describePlan(planWithin(change))]
}

/** What changes inside the table, its flags apart. */
export function planWithin({ from, to }: Replacement): Plan {
  const before = { ...(from ?? emptyRuleset), flags: [] }
  const after = { ...(to ?? emptyRuleset), flags: [] }
  return diff(after, before)
}

function describeChain(action: Action, chain: Chain): readonly Difference[] {
  return [
    difference(action, { object: 'chain', name: chain.name, text: '' }),
    ...chain.rules.map((rule) => ruleDifference(action, chain.name, rule)),
  ]
}

function ruleDifference(action: Action, chain: string, rule: Rule): Difference {
  const text = printRule({ ...rule, comment: undefined })
  return { action, object: 'rule', name: chain, text, comment: rule.comment }
}

function difference(action: Action, what: Pick<Difference, 'object' | 'name' | 'text'>): Difference {
  return { action, ...what, comment: undefined }
}
