/** A plan as one nft script, which nft carries out as one transaction: all of it or nothing. */

import type { Chain } from '../ruleset/chain.ts'
import type { MapValue } from '../ruleset/named-set.ts'
import { printRule } from '../ruleset/print-rule.ts'
import { printHook, printMapBody, printMapElement, printSetBody, printTable } from '../ruleset/print-table.ts'
import type { Rule } from '../ruleset/rule.ts'
import { type Ruleset, tableName } from '../ruleset/ruleset.ts'
import type { Action, Change, Plan } from './plan.ts'

/** '' for an empty plan. Loads with `nft -f`. */
export function printScript(plan: Plan): string {
  const first = plan.changes[0]
  if (first === undefined) return ''
  if (first.type === 'replace-table') return printReplacement(first.to)
  const lines = [flushes, commands, rules].flatMap((phase) => plan.changes.flatMap(phase))
  return `${lines.join('\n')}\n`
}

/** Loads from any live state: the table is made, so that it can be deleted, and made again. */
export function printReplacement(ruleset: Ruleset | undefined): string {
  const clear = `table ${tableName}\ndelete table ${tableName}\n`
  return ruleset === undefined ? clear : clear + printTable(ruleset)
}

/** Rules go first: nothing that is still in use can be deleted. */
function flushes(change: Change): readonly string[] {
  if (change.type === 'replace-rules')
    return change.from.length === 0 ? [] : [`flush chain ${tableName} ${change.chain}`]
  return change.type === 'chain' && change.action === 'delete' ? [`flush chain ${tableName} ${change.chain.name}`] : []
}

function commands(change: Change): readonly string[] {
  switch (change.type) {
    case 'replace-table':
    case 'replace-rules':
      return []
    case 'map-elements':
      return [
        elementCommand(
          change.action,
          change.map,
          change.action === 'add' ? mapElements(change.elements) : [...change.elements.keys()],
        ),
      ]
    case 'set-elements':
      return [elementCommand(change.action, change.set, [...change.elements])]
    case 'map':
      return [objectCommand(change.action, `map ${tableName} ${change.map.name}`, `{\n${printMapBody(change.map)}\n}`)]
    case 'set':
      return [objectCommand(change.action, `set ${tableName} ${change.set.name}`, `{\n${printSetBody(change.set)}\n}`)]
    case 'chain':
      return [objectCommand(change.action, `chain ${tableName} ${change.chain.name}`, headOf(change.chain))]
    case 'counters':
      return [...change.names].map((name) => `${change.action} counter ${tableName} ${name}`)
    case 'foreign':
      if (change.action === 'add') return [`table ${tableName} {\n${change.object.text}\n}`]
      return [`delete ${change.object.keyword} ${tableName} ${change.object.name}`]
  }
}

/** Last, when every chain, set and counter that a rule may name is there. */
function rules(change: Change): readonly string[] {
  if (change.type === 'replace-rules') return addRules(change.chain, change.to)
  return change.type === 'chain' && change.action === 'add' ? addRules(change.chain.name, change.chain.rules) : []
}

function addRules(chain: string, rules: readonly Rule[]): readonly string[] {
  return rules.map((rule) => `add rule ${tableName} ${chain} ${printRule(rule)}`)
}

function objectCommand(action: Action, object: string, body: string): string {
  return action === 'delete' || body === '' ? `${action} ${object}` : `add ${object} ${body}`
}

/** Of a new chain, in braces; empty when there is nothing to say. */
export function headOf(chain: Chain): string {
  const lines = chain.hook === undefined ? [] : [printHook(chain.hook)]
  if (chain.comment !== undefined) lines.push(`comment "${chain.comment}";`)
  return lines.length === 0 ? '' : `{ ${lines.join(' ')} }`
}

function mapElements(elements: ReadonlyMap<string, MapValue>): readonly string[] {
  return [...elements].map(([key, value]) => printMapElement(key, value)).sort()
}

function elementCommand(action: Action, name: string, elements: readonly string[]): string {
  return `${action} element ${tableName} ${name} { ${elements.join(', ')} }`
}
