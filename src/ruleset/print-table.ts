/** A whole table as an nft script block, in a fixed order: counters, sets, maps, chains, each by name. */

import type { BaseHook, Chain } from './chain.ts'
import { GroupedNames, inOrder } from './grouped-names.ts'
import type { MapValue, NamedMap, NamedSet } from './named-set.ts'
import { printElements } from './print-elements.ts'
import { printRule, printVerdict } from './print-rule.ts'
import { type Ruleset, tableName } from './ruleset.ts'

/** `table inet rampart { ... }` with a final line break. The same ruleset gives the same text. */
export function printTable(ruleset: Ruleset): string {
  const blocks = [
    ...ruleset.flags.map((flag) => `\tflags ${flag}`),
    printCounters(ruleset.counters),
    ...sortedValues(ruleset.foreign).map((object) => object.text),
    ...sortedValues(ruleset.sets).map(printSet),
    ...sortedValues(ruleset.maps).map(printMap),
    ...sortedValues(ruleset.chains).map(printChain),
  ].filter((block) => block !== '')
  return `table ${tableName} {\n${blocks.join('\n\n')}${blocks.length > 0 ? '\n' : ''}}\n`
}

const printSet = remembered((set: NamedSet) => `\tset ${set.name} {\n${printSetBody(set)}\n\t}`)
const printMap = remembered((map: NamedMap) => `\tmap ${map.name} {\n${printMapBody(map)}\n\t}`)

/** A set's block up to its elements, without a line break at the end. */
export function printSetHead(set: NamedSet): string {
  return [`\tset ${set.name} {`, printDeclaration(set)].join('\n')
}

/** A map's block up to its elements, without a line break at the end. */
export function printMapHead(map: NamedMap): string {
  return [`\tmap ${map.name} {`, printDeclaration(map)].join('\n')
}

/** A chain's block, without a line break at the end. */
export const printChain = remembered((chain: Chain) => {
  const lines = chain.comment === undefined ? [] : [`\t\tcomment "${chain.comment}"`]
  if (chain.hook !== undefined) lines.push(`\t\t${printHook(chain.hook)}`)
  for (const rule of chain.rules) lines.push(`\t\t${printRule(rule)}`)
  return [`\tchain ${chain.name} {`, ...lines, '\t}'].join('\n')
})

/** A large table is printed at each change, and most of it is what was printed before. */
function remembered<T extends object>(print: (object: T) => string): (object: T) => string {
  const texts = new WeakMap<T, string>()
  return (object) => {
    const known = texts.get(object)
    if (known !== undefined) return known
    const text = print(object)
    texts.set(object, text)
    return text
  }
}

/** `type filter hook input priority 0; policy accept;` */
export function printHook(hook: BaseHook): string {
  return `type ${hook.type} hook ${hook.hook} priority ${hook.priority}; policy ${hook.fallback};`
}

/** The declaration lines and the elements of a set, without braces. */
export function printSetBody(set: NamedSet): string {
  return [printDeclaration(set), ...elementLines(printElements(set.elements, (element) => element))].join('\n')
}

/** The declaration lines and the elements of a map, without braces. */
export function printMapBody(map: NamedMap): string {
  const elements = printElements(map.elements, (key, of) => printMapElement(key, of.get(key)))
  return [printDeclaration(map), ...elementLines(elements)].join('\n')
}

/** `"eth0" : goto chain`, in order of the keys. */
export function mapElements(map: NamedMap): readonly string[] {
  return byName(map.elements.keys()).map((key) => printMapElement(key, map.elements.get(key)))
}

export function printMapElement(key: string, value: MapValue | undefined): string {
  if (value === undefined) return key
  return `${key} : ${'counter' in value ? `"${value.counter}"` : printVerdict(value)}`
}

/** The declaration lines of a set or map without its elements, without braces. */
export function printDeclaration(set: NamedSet | NamedMap): string {
  const data = 'data' in set ? ` : ${set.data}` : ''
  const lines = [`\t\ttype ${set.key.join(' . ')}${data}`]
  if (set.interval) lines.push('\t\tflags interval')
  lines.push(...set.properties.map((property) => `\t\t${property}`))
  if (set.comment !== undefined) lines.push(`\t\tcomment "${set.comment}"`)
  return lines.join('\n')
}

function elementLines(elements: string): readonly string[] {
  return elements === '' ? [] : [`\t\telements = { ${elements} }`]
}

function printCounters(counters: ReadonlySet<string>): string {
  if (!(counters instanceof GroupedNames)) return counterLines(counters)
  return inOrder(counters.groups)
    .map((part) => (typeof part === 'string' ? counterLine(part) : printGroup(part)))
    .join('\n')
}

const printGroup = remembered(counterLines)
const counterLine = (name: string): string => `\tcounter ${name} { }`

function counterLines(names: ReadonlySet<string>): string {
  return byName(names).map(counterLine).join('\n')
}

function byName(names: Iterable<string>): readonly string[] {
  return [...names].sort()
}

function sortedValues<T>(map: ReadonlyMap<string, T>): readonly T[] {
  return byName(map.keys()).flatMap((name) => map.get(name) ?? [])
}
