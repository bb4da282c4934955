/**
 * A plan for a table with very many counters as two transactions: the first changes what becomes of packets, the second deletes
 * what no packet meets any more.
 *
 * Before 1.1.1, nft fetches every counter of the table before it adds a rule or an element or deletes anything, and the kernel takes
 * a second to list 100,000 of them (nft 1.0.6, kernel 6.18). It fetches none for a chain that is declared together with rules and a set that is
 * declared together with elements, and to declare again what is there as it is changes nothing. So rules and elements are added in
 * declarations, a set that loses elements is emptied and filled, and what can only be deleted waits.
 */

import type { Chain } from '../ruleset/chain.ts'
import type { MapValue, NamedMap, NamedSet } from '../ruleset/named-set.ts'
import { printRule } from '../ruleset/print-rule.ts'
import { printDeclaration, printMapElement } from '../ruleset/print-table.ts'
import { type Ruleset, tableName } from '../ruleset/ruleset.ts'
import { namesUsedBy } from '../ruleset/used-names.ts'
import type { Change, Plan } from './plan.ts'
import { headOf, printScript } from './print-script.ts'

/** A larger set is not filled again for a few elements. */
const mostFilledAgain = 10_000

/**
 * One script or two, to be loaded in this order; undefined for a plan that needs one transaction of the usual kind.
 * @param desired what the plan leads to
 */
export function printInTwo(plan: Plan, desired: Ruleset): readonly string[] | undefined {
  const deleted = plan.changes.filter(isDeletedObject)
  const others = plan.changes.filter((change) => !isDeletedObject(change))
  if (!deleted.every((change) => mayWait(change, desired))) return undefined
  const draft = draftOf(others, desired)
  if (draft === undefined) return undefined
  return [printDraft(draft, desired), printScript({ changes: deleted })].filter((script) => script !== '')
}

function isDeletedObject(change: Change): boolean {
  if (!('action' in change) || change.action === 'add') return false
  return change.type !== 'set-elements' && change.type !== 'map-elements'
}

/** Whether no packet would meet it, were it still there. */
function mayWait(change: Change, { sets, maps, chains }: Ruleset): boolean {
  const isFree = (name: string): boolean => !sets.has(name) && !maps.has(name)
  switch (change.type) {
    case 'set':
      return isFree(change.set.name)
    case 'map':
      return isFree(change.map.name)
    case 'chain':
      return change.chain.hook === undefined && !chains.has(change.chain.name)
    default:
      return change.type === 'counters'
  }
}

type Elements = NamedSet['elements'] | NamedMap['elements']

interface Draft {
  readonly flushed: string[]
  readonly counters: string[]
  /** New chains. */
  readonly chains: Chain[]
  /** Chains that get their rules. */
  readonly filled: Set<Chain>
  /** What is added to a set or map, by name; all of it where it is emptied before. */
  readonly added: Map<string, Elements>
  readonly emptied: Set<string>
}

/** Undefined when a change cannot be written so. */
function draftOf(changes: readonly Change[], desired: Ruleset): Draft | undefined {
  const draft: Draft = {
    ...{ flushed: [], counters: [], chains: [], filled: new Set() },
    ...{ added: new Map(), emptied: new Set() },
  }
  return changes.every((change) => addChange(draft, change, desired)) ? draft : undefined
}

function addChange(draft: Draft, change: Change, desired: Ruleset): boolean {
  switch (change.type) {
    case 'replace-table':
    case 'foreign':
      return false
    case 'replace-rules':
      if (change.from.length > 0) draft.flushed.push(change.chain)
      return fill(draft, desired.chains.get(change.chain))
    case 'chain':
      draft.chains.push(change.chain)
      return fill(draft, change.chain)
    case 'counters':
      draft.counters.push(...change.names)
      return true
    case 'set':
      draft.added.set(change.set.name, change.set.elements)
      return true
    case 'map':
      draft.added.set(change.map.name, change.map.elements)
      return true
    case 'set-elements':
      return addElements(draft, change, desired.sets.get(change.set))
    case 'map-elements':
      return addElements(draft, change, desired.maps.get(change.map))
  }
}

function fill({ filled }: Draft, chain: Chain | undefined): boolean {
  if (chain !== undefined && chain.rules.length > 0) filled.add(chain)
  return chain !== undefined
}

function addElements(
  { added, emptied }: Draft,
  { action, elements }: Extract<Change, { type: 'set-elements' | 'map-elements' }>,
  after: NamedSet | NamedMap | undefined,
): boolean {
  if (after === undefined) return false
  if (action === 'delete') {
    emptied.add(after.name)
    added.set(after.name, after.elements)
    return after.elements.size <= mostFilledAgain
  }
  if (!emptied.has(after.name)) added.set(after.name, elements)
  return true
}

function printDraft({ flushed, counters, chains, filled, added, emptied }: Draft, desired: Ruleset): string {
  const declared = [...new Set([...added.keys(), ...[...filled].flatMap((chain) => [...namesUsedBy(chain)])])].sort()
  const named = (all: ReadonlyMap<string, NamedSet | NamedMap>) => declared.flatMap((name) => all.get(name) ?? [])
  const commands = [
    ...flushed.map((name) => `flush chain ${tableName} ${name}`),
    ...counters.map((name) => `add counter ${tableName} ${name}`),
    ...chains.map((chain) => `add chain ${tableName} ${chain.name} ${headOf(chain)}`.trimEnd()),
    ...[...named(desired.sets), ...named(desired.maps)].flatMap((set) => [
      ...(emptied.has(set.name) ? [`flush ${keywordOf(set)} ${tableName} ${set.name}`] : []),
      printBlock(`${keywordOf(set)} ${tableName} ${set.name}`, [
        printDeclaration(set),
        ...printAdded(added.get(set.name) ?? new Set()),
      ]),
    ]),
    ...[...filled].map((chain) => printBlock(`chain ${tableName} ${chain.name}`, chain.rules.map(printRule))),
  ]
  return commands.length === 0 ? '' : `${commands.join('\n')}\n`
}

function printAdded(elements: Elements): readonly string[] {
  if (elements.size === 0) return []
  const values: ReadonlyMap<string, MapValue> = 'get' in elements ? elements : new Map()
  const texts = [...elements.keys()].map((key) => printMapElement(key, values.get(key)))
  return [`\t\telements = { ${texts.sort().join(', ')} }`]
}

function keywordOf(set: NamedSet | NamedMap): 'set' | 'map' {
  return 'data' in set ? 'map' : 'set'
}

function printBlock(object: string, lines: readonly string[]): string {
  return `add ${object} {\n${lines.join('\n')}\n}`
}
