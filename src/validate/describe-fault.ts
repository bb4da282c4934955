/** Says in a sentence what is wrong with the structure of a document. */

import type { DiagnosticCode } from '../diagnostic/diagnostic.ts'
import { nearestName } from '../diagnostic/nearest-name.ts'
import type { Path } from '../document/located-document.ts'
import { fields, type SchemaError } from '../schema/validators.js'
import { findRefusal } from './refusals.ts'
import { printPath } from './subject.ts'

export interface StructureFault {
  readonly error: SchemaError
  readonly kind: string
  /** Of the faulty value, also when it is missing. */
  readonly path: Path
  /** What exists of the path. */
  readonly place: Path
  readonly value: unknown
  /** The value as it stands in the file. */
  readonly written: string
}

export interface Description {
  readonly code: DiagnosticCode
  readonly message: string
  readonly mark: 'key' | 'value'
}

export function describeFault(fault: StructureFault): Description {
  const { error, path, kind } = fault
  const name = printPath(path)
  switch (error.keyword) {
    case 'required':
      return { code: 'missing-field', message: missing(fault), mark: 'key' }
    case 'additionalProperties':
      return (
        findRefusal(kind, path, fault.value) ?? { code: 'unknown-field', message: unknownField(fault), mark: 'key' }
      )
    case 'type':
      return {
        code: 'wrong-type',
        message: `${name} ${wrongType(fault)}`,
        mark: fault.value === null ? 'key' : 'value',
      }
    case 'const':
      return (
        findRefusal(kind, path, fault.value) ?? { code: 'invalid-value', message: wrongConstant(fault), mark: 'value' }
      )
    case 'enum':
      return { code: 'invalid-value', message: notOneOf(fault), mark: 'value' }
    case 'minProperties':
    case 'maxProperties':
      return { code: 'invalid-value', message: wrongFieldCount(fault), mark: 'value' }
    case 'maxItems':
      return {
        code: 'list-too-long',
        message: `${name} has ${lengthOf(fault.value)} entries: at most ${String(error.params.limit)}`,
        mark: 'key',
      }
    default: {
      const bound = error.keyword === 'minimum' ? 'at least' : 'at most'
      return {
        code: 'invalid-value',
        message: `${name} is ${fault.written}: ${bound} ${String(error.params.limit)}`,
        mark: 'value',
      }
    }
  }
}

function missing({ path, place, kind }: StructureFault): string {
  const where = place.length === 0 ? `the ${kind}` : printPath(place)
  return `${where} lacks the field "${String(path.at(-1))}": it is required`
}

function unknownField({ kind, path }: StructureFault): string {
  const name = String(path.at(-1))
  const where = path.length === 1 ? `in the ${kind}` : `in ${printPath(path.slice(0, -1))}`
  return `unknown field "${name}" ${where}: ${betterField(kind, path, name)}`
}

/** The same word in a mapping below or above, a similar word here, or all words that are known here. */
function betterField(kind: string, path: Path, name: string): string {
  const here = `${path
    .slice(0, -1)
    .map((step) => `/${typeof step === 'number' ? '*' : step}`)
    .join('')}`
  const places = Object.entries(fields[kind] ?? {})
  const known = fields[kind]?.[here] ?? []
  const elsewhere = places.filter(
    ([place, names]) =>
      names.includes(name) && (place.startsWith(`${here}/`) || here.startsWith(`${place}/`) || place === ''),
  )
  const near = known.find((word) => word === wordsOfRules[name]) ?? nearestName(name, known)
  if (near !== undefined) return `did you mean "${near}"?`
  if (elsewhere.length > 0) {
    const words = elsewhere.slice(0, 2).map(([place]) =>
      place === ''
        ? 'the top of the document'
        : `"${place
            .split('/')
            .filter((step) => step !== '*')
            .at(-1)}"`,
    )
    return `it belongs in ${words.join(' or ')}`
  }
  return `known here are ${list(known, 'and')}`
}

/** What a rule calls what a test calls otherwise. */
const wordsOfRules: Readonly<Record<string, string>> = {
  source: 'src',
  destination: 'dst',
  protocol: 'proto',
  ports: 'dport',
  icmp: 'icmp-type',
  action: 'expect',
}

function wrongType({ error, path, value, written }: StructureFault): string {
  if (value === null) return 'has no value: give it one or remove the field'
  if (typeof value === 'number' && !Number.isFinite(value)) return `is ${written}: it must be a finite number`
  if (typeof value === 'number' && durations.has(String(path.at(-1))))
    return `is ${written} without a unit: write ${written}s for seconds`
  const wanted = wantedTypes([error.params.type].flat().map(String))
  if (wanted === 'text' && typeof value !== 'object')
    return `is ${describe(value, written)}, where text is needed: write "${written}" in quotes`
  if (wanted === 'a list' && typeof value !== 'object')
    return `is ${describe(value, written)}, where a list is needed: write [${value === 'none' ? '' : written}]`
  if (typeof value === 'string' && /^-?\d+$/.test(value) && wanted.endsWith('number'))
    return `is ${describe(value, written)}, where ${wanted} is needed: write ${value} without quotes`
  return `is ${describe(value, written)}: it must be ${wanted}`
}

/** Only mappings of which one field is wanted have such bounds. */
function wrongFieldCount({ path, kind }: StructureFault): string {
  const here = path.map((step) => `/${typeof step === 'number' ? '*' : step}`).join('')
  return `${printPath(path)} must have exactly one field: ${list(fields[kind]?.[here] ?? [], 'or')}`
}

/** Fields of the agent's configuration. */
const durations: ReadonlySet<string> = new Set(['timeout', 'splay', 'driftInterval', 'confirmTimeout', 'confirmAfter'])

function wantedTypes(types: readonly string[]): string {
  if (types.length === 1 || types.includes('null')) return wantedType(types[0] ?? '')
  const isNumber = types.some((type) => type === 'integer' || type === 'number')
  const others = types.filter((type) => !['integer', 'number', 'string'].includes(type)).map(wantedType)
  return list([...(isNumber ? ['a number'] : []), 'text', ...others], 'or')
}

function wantedType(type: string): string {
  switch (type) {
    case 'string':
      return 'text'
    case 'array':
      return 'a list'
    case 'object':
      return 'a mapping'
    case 'integer':
      return 'a whole number'
    case 'boolean':
      return 'true or false'
    default:
      return 'a number'
  }
}

function describe(value: unknown, written: string): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  return typeof value === 'string'
    ? `the text ${JSON.stringify(short(value))}`
    : `${typeof value === 'boolean' ? '' : 'the number '}${short(written)}`
}

function wrongConstant({ error, path, value }: StructureFault): string {
  return `${printPath(path)} is ${JSON.stringify(value)}: write ${String(error.params.allowedValue)}`
}

function notOneOf({ error, path, value }: StructureFault): string {
  const allowed = [error.params.allowedValues].flat().map(String)
  const near = typeof value === 'string' ? nearestName(value, allowed) : undefined
  const shown =
    typeof value === 'object' && value !== null
      ? Array.isArray(value)
        ? 'a list'
        : 'a mapping'
      : JSON.stringify(value)
  const isQuotedNumber = near !== undefined && near === value
  const suggestion = isQuotedNumber ? `write ${near} without quotes` : `did you mean "${near}"?`
  const right = near === undefined ? `it must be ${list(allowed, 'or')}` : suggestion
  return value === null ? `${printPath(path)} has no value: ${right}` : `${printPath(path)} is ${shown}: ${right}`
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0
}

/** `a, b and c`. */
function list(words: readonly string[], last: 'and' | 'or'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
