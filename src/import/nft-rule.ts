/** One rule of `nft -j list ruleset` -> rules of a filter; a verdict map becomes one rule for each of its elements. */

import type { FilterRule, FilterVerdict, Place } from './filter.ts'
import { bothOfAny, type Match } from './match.ts'
import { type Compared, fieldMatches } from './nft-field.ts'
import { at, type Json, listOfJson, textAt, wordOf } from './nft-json.ts'

export interface NftContext {
  /** Elements of the table's sets and maps, by name. */
  readonly elements: (name: string) => readonly Json[] | undefined
  /** Of addresses, so that policies can ask for it by its name. */
  readonly isAddressSet: (name: string) => boolean
  readonly chain: (name: string) => string
  readonly place: Place
  readonly comment: string | undefined
}

interface Built {
  readonly matches: readonly Match[]
  readonly logs: boolean
}

export function readNftRule(expressions: readonly Json[], context: NftContext): readonly FilterRule[] {
  const reader = new RuleReader(context)
  for (const expression of expressions) reader.take(expression)
  return reader.end()
}

class RuleReader {
  private built: Built = { matches: [{}], logs: false }
  private readonly rules: FilterRule[] = []
  private readonly context: NftContext

  constructor(context: NftContext) {
    this.context = context
  }

  take(expression: Json): void {
    const verdict = this.verdictOf(expression)
    const match = at(expression, 'match')
    const vmap = at(expression, 'vmap')
    if (verdict !== undefined) this.close(verdict, this.built.matches)
    else if (match !== undefined)
      this.ask(this.compare(at(match, 'left') ?? null, at(match, 'right') ?? null, textAt(match, 'op')))
    else if (vmap !== undefined) this.spread(vmap)
    else if (at(expression, 'log') !== undefined) this.built = { ...this.built, logs: true }
    else if (at(expression, 'limit') !== undefined) this.beyond('a rate limit')
    else if (at(expression, 'counter') === undefined && expression !== null) this.beyond(nameOf(expression))
  }

  end(): readonly FilterRule[] {
    const isEmpty = this.built.matches.every((match) => match.beyond === undefined) && !this.built.logs
    if (this.rules.length === 0 && !isEmpty) this.close(undefined, this.built.matches)
    return this.rules
  }

  private ask(matches: readonly Match[]): void {
    this.built = { ...this.built, matches: bothOfAny(this.built.matches, matches) }
  }

  private beyond(words: string): void {
    this.ask([{ beyond: [words] }])
  }

  private close(verdict: FilterVerdict | undefined, matches: readonly Match[]): void {
    const { place, comment } = this.context
    // a connection that is accepted begins with a SYN anyway
    const meant = verdict?.type === 'accept' || verdict?.type === 'jump' ? matches.map(withoutSyn) : matches
    this.rules.push({ matches: meant, verdict, logs: this.built.logs && this.rules.length === 0, comment, span: place })
  }

  private verdictOf(expression: Json): FilterVerdict | undefined {
    for (const type of ['accept', 'drop', 'reject', 'return'] as const)
      if (at(expression, type) !== undefined) return { type }
    for (const type of ['jump', 'goto'] as const) {
      const target = at(expression, type)
      if (target !== undefined) return { type, chain: this.context.chain(textAt(target, 'target')) }
    }
    return undefined
  }

  private spread(vmap: Json): void {
    const elements = this.elementsOf(at(vmap, 'data') ?? null)
    if (elements === undefined) this.beyond('a verdict map that is not listed')
    for (const element of elements ?? []) {
      const [key = null, value = null] = listOfJson(element)
      const verdict = this.verdictOf(value)
      const matches = this.compare(at(vmap, 'key') ?? null, key, '==')
      this.close(verdict, bothOfAny(this.built.matches, matches))
    }
  }

  /** Any of them. */
  private compare(left: Json, right: Json, op: string): readonly Match[] {
    const fields = listOfJson(at(left, 'concat'))
    const negated = op === '!='
    if (fields.length > 0) return negated ? unknown(left) : this.compareTogether(fields, right)
    if (!['==', '!=', 'in'].includes(op)) return this.compareBounds(left, op, right)
    if (isSynFlags(left, right) && !negated) return [{ beyond: ['a TCP SYN'] }]
    const name = typeof right === 'string' && right.startsWith('@') ? right.slice(1) : undefined
    const words = this.elementsOf(right)?.map(wordOf)
    if (words === undefined || words.includes(undefined)) return unknown(left)
    const known = words.flatMap((word) => word ?? [])
    const compared: Compared = {
      words: known,
      negated,
      set: name !== undefined && this.context.isAddressSet(name) ? name : undefined,
    }
    // an empty set matches nothing
    if (known.length === 0) return negated ? [{}] : []
    return fieldMatches(left, compared) ?? unknown(left)
  }

  private compareTogether(fields: readonly Json[], right: Json): readonly Match[] {
    const elements = this.elementsOf(right)
    if (elements === undefined) return unknown({ concat: fields })
    return elements.flatMap((element) => {
      const plain = at(at(element, 'elem'), 'val') ?? element
      const parts = listOfJson(at(plain, 'concat'))
      return fields.reduce<readonly Match[]>(
        (found, field, index) => bothOfAny(found, this.compare(field, parts[index] ?? null, '==')),
        [{}],
      )
    })
  }

  private compareBounds(left: Json, op: string, right: Json): readonly Match[] {
    const bound = Number(wordOf(right))
    const [from, to] =
      op === '<' ? [0, bound - 1] : op === '<=' ? [0, bound] : op === '>' ? [bound + 1, 65535] : [bound, 65535]
    if (!Number.isInteger(bound) || from > to) return unknown(left)
    return fieldMatches(left, { words: [`${from}-${to}`], negated: false, set: undefined }) ?? unknown(left)
  }

  /** Of a set that is written here or has a name; a single value is a list of one. */
  private elementsOf(value: Json): readonly Json[] | undefined {
    if (typeof value === 'string' && value.startsWith('@')) return this.context.elements(value.slice(1))
    const written = at(value, 'set')
    if (written !== undefined) return Array.isArray(written) ? listOfJson(written) : [written]
    return Array.isArray(value) ? listOfJson(value) : [value]
  }
}

function unknown(left: Json): readonly Match[] {
  return [{ beyond: [nameOf(left)] }]
}

/** For people: `meta mark`, `tcp flags`, `ct count`. */
function nameOf(value: Json): string {
  if (typeof value !== 'object' || value === null) return String(value)
  const [[key = '', inner = null] = []] = Object.entries(value)
  if (key === 'concat') return listOfJson(inner).map(nameOf).join(' and ')
  if (key === '&' || key === '|') return nameOf(listOfJson(inner)[0] ?? null)
  if (key === 'payload') return `${textAt(inner, 'protocol')} ${textAt(inner, 'field')}`.trim()
  const detail = textAt(inner, 'key') || textAt(inner, 'result')
  return detail === '' ? key : `${key} ${detail}`
}

/** Of `fin | syn | rst | ack`, SYN alone. */
function isSynFlags(left: Json, right: Json): boolean {
  const masked = listOfJson(at(left, '&'))
  const [field = null] = masked
  return masked.length === 2 && textAt(at(field, 'payload'), 'field') === 'flags' && right === 'syn'
}

function withoutSyn({ beyond = [], ...match }: Match): Match {
  const rest = beyond.filter((words) => words !== 'a TCP SYN')
  return rest.length === 0 ? match : { ...match, beyond: rest }
}
