/** Carries out our nft scripts on the model, command by command and strictly, as nft would on the kernel. */

import type { Chain } from '../../src/ruleset/chain.ts'
import { sameDeclaration } from '../../src/ruleset/named-set.ts'
import { printRule } from '../../src/ruleset/print-rule.ts'
import { readElementField } from '../../src/ruleset/read-element.ts'
import { readRule } from '../../src/ruleset/read-rule.ts'
import { readTable } from '../../src/ruleset/read-table.ts'
import { emptyRuleset, type Ruleset } from '../../src/ruleset/ruleset.ts'

/** The table after the script; undefined when it was deleted. Throws where nft would refuse. */
export function interpretScript(live: Ruleset | undefined, script: string): Ruleset | undefined {
  let table = live
  const lines = script.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line === '' || line.startsWith('#')) continue
    const end = line.endsWith('{') ? lines.indexOf('}', at) : at
    if (end === -1) throw new Error(`unclosed block: ${line}`)
    table = execute(table, lines.slice(at, end + 1))
    at = end
  }
  if (table !== undefined) checkReferences(table)
  return table
}

function execute(live: Ruleset | undefined, block: readonly string[]): Ruleset | undefined {
  const line = block[0] ?? ''
  if (line === 'table inet rampart') return live ?? emptyRuleset
  if (line === 'delete table inet rampart') {
    if (live === undefined) throw new Error('no such table')
    return undefined
  }
  if (line === 'table inet rampart {') {
    const added = readTable(block.join('\n'))
    if (added === undefined) throw new Error('unreadable table')
    return live === undefined ? added : { ...live, foreign: new Map([...live.foreign, ...added.foreign]) }
  }
  if (live === undefined) throw new Error(`no such table: ${line}`)
  const [, verb, object, name = '', rest = ''] = /^(\w+) ([\w ]+?) inet rampart (\S+) ?(.*)$/.exec(line) ?? []
  switch (`${verb} ${object}`) {
    case 'flush chain':
      return withChain(live, { ...required(live.chains, name), rules: [] })
    case 'add rule': {
      const chain = required(live.chains, name)
      return withChain(live, { ...chain, rules: [...chain.rules, readRule(rest)] })
    }
    case 'add chain':
      return addChain(live, { name, head: rest, rules: block.slice(1, -1) })
    case 'add set':
    case 'add map':
      return addBlock(live, { object: object ?? '', name, lines: block })
    case 'flush set':
    case 'flush map':
      return emptied(live, name)
    case 'add counter':
      return { ...live, counters: new Set([...live.counters, name]) }
    case 'delete counter':
      return { ...live, counters: without(live.counters, name) }
    case 'delete chain':
      if (required(live.chains, name).rules.length > 0) throw new Error(`chain ${name} is not empty`)
      return { ...live, chains: withoutKey(live.chains, name) }
    case 'delete set':
      return { ...live, sets: withoutKey(live.sets, name) }
    case 'delete map':
      return { ...live, maps: withoutKey(live.maps, name) }
    case 'add element':
    case 'delete element':
      return changeElements(live, { verb: verb ?? '', name, elements: splitElements(rest) })
    default:
      if (verb === 'delete') return { ...live, foreign: withoutKey(live.foreign, `${object} ${name}`) }
      throw new Error(`not a command: ${line}`)
  }
}

/** One that is there may be declared again, and then gets the rules. */
function addChain(
  live: Ruleset,
  { name, head, rules }: { readonly name: string; readonly head: string; readonly rules: readonly string[] },
): Ruleset {
  const known = live.chains.get(name)
  if (known !== undefined && head !== '{') throw new Error(`chain ${name} exists`)
  const lines = rules.length > 0 ? [] : [head.replace(/^\{ | \}$/g, '')]
  const chain = known ?? required(readBlock('chain', name, lines).chains, name)
  return withChain(live, { ...chain, rules: [...chain.rules, ...rules.map((rule) => readRule(rule.trim()))] })
}

/** One that is there may be declared again as it is, and then gets the elements. */
function addBlock(
  live: Ruleset,
  block: { readonly object: string; readonly name: string; readonly lines: readonly string[] },
): Ruleset {
  const added = readBlock(block.object, block.name, block.lines.slice(1, -1))
  const [set, map] = [added.sets.get(block.name), added.maps.get(block.name)]
  const [knownSet, knownMap] = [live.sets.get(block.name), live.maps.get(block.name)]
  for (const [known, one] of [
    [knownSet, set],
    [knownMap, map],
  ] as const)
    if (known !== undefined && (one === undefined || !sameDeclaration(known, one)))
      throw new Error(`${block.name} exists`)
  const sets =
    set && new Map([[set.name, { ...set, elements: new Set([...(knownSet?.elements ?? []), ...set.elements]) }]])
  const maps =
    map && new Map([[map.name, { ...map, elements: new Map([...(knownMap?.elements ?? []), ...map.elements]) }]])
  return { ...live, sets: new Map([...live.sets, ...(sets ?? [])]), maps: new Map([...live.maps, ...(maps ?? [])]) }
}

function readBlock(object: string, name: string, body: readonly string[]): Ruleset {
  const lines = body.map((line) => `\t\t${line}`).join('\n')
  const added = readTable(`table inet rampart {\n\t${object} ${name} {\n${lines}\n\t}\n}`)
  if (added === undefined) throw new Error('unreadable block')
  return added
}

function emptied(live: Ruleset, name: string): Ruleset {
  const set = live.sets.get(name)
  if (set !== undefined) return { ...live, sets: new Map([...live.sets, [name, { ...set, elements: new Set() }]]) }
  return { ...live, maps: new Map([...live.maps, [name, { ...required(live.maps, name), elements: new Map() }]]) }
}

function changeElements(
  live: Ruleset,
  change: { readonly verb: string; readonly name: string; readonly elements: readonly string[] },
): Ruleset {
  const set = live.sets.get(change.name)
  if (set !== undefined) {
    const elements = new Set(set.elements)
    for (const element of change.elements) {
      if (change.verb === 'add') elements.add(element)
      else if (!elements.delete(element)) throw new Error(`no element ${element} in ${change.name}`)
    }
    return { ...live, sets: new Map([...live.sets, [set.name, { ...set, elements }]]) }
  }
  const map = required(live.maps, change.name)
  const elements = new Map(map.elements)
  for (const element of change.elements) {
    const [key = '', value = ''] = element.split(' : ')
    if (change.verb === 'delete') {
      if (!elements.delete(key)) throw new Error(`no element ${key} in ${change.name}`)
    } else {
      if (elements.has(key)) throw new Error(`element ${key} exists in ${change.name}`)
      const verdict = readRule(value).verdict
      elements.set(
        key,
        map.data === 'counter' ? { counter: value.replaceAll('"', '') } : (verdict ?? { type: 'return' }),
      )
    }
  }
  return { ...live, maps: new Map([...live.maps, [map.name, { ...map, elements }]]) }
}

function splitElements(text: string): readonly string[] {
  return text
    .replace(/^\{ | \}$/g, '')
    .split(', ')
    .map((element) => element.split(' . ').map(readElementField).join(' . '))
}

/** What the kernel checks at the commit: nothing names what is not there. */
function checkReferences(table: Ruleset): void {
  const known = new Set([...table.chains.keys(), ...table.sets.keys(), ...table.maps.keys(), ...table.counters])
  const words = [...table.chains.values()].flatMap((chain) =>
    chain.rules.map((rule) => printRule({ ...rule, comment: undefined })),
  )
  for (const text of words) {
    for (const [, at, jump, counter] of text.matchAll(/@(\S+)|(?:jump|goto) (\S+)|counter name "([^"]+)"/g)) {
      const name = at ?? jump ?? counter ?? ''
      if (!known.has(name)) throw new Error(`${text}: there is no ${name}`)
    }
  }
  for (const map of table.maps.values()) {
    for (const value of map.elements.values()) {
      const name = 'counter' in value ? value.counter : 'chain' in value ? value.chain : undefined
      if (name !== undefined && !known.has(name)) throw new Error(`map ${map.name}: there is no ${name}`)
    }
  }
}

function withChain(live: Ruleset, chain: Chain): Ruleset {
  return { ...live, chains: new Map([...live.chains, [chain.name, chain]]) }
}

function required<T>(map: ReadonlyMap<string, T>, name: string): T {
  const value = map.get(name)
  if (value === undefined) throw new Error(`there is no ${name}`)
  return value
}

function without(set: ReadonlySet<string>, name: string): ReadonlySet<string> {
  if (!set.has(name)) throw new Error(`there is no ${name}`)
  return new Set([...set].filter((other) => other !== name))
}

function withoutKey<T>(map: ReadonlyMap<string, T>, name: string): ReadonlyMap<string, T> {
  required(map, name)
  return new Map([...map].filter(([other]) => other !== name))
}
