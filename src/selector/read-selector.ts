/**
 * Reads the text of a selector (behaviour.md 2.1 and 2.2) by recursive descent: gives the selector, or the first fault.
 *
 *   or      := and { "||" and }              primary := "(" or ")" | "has(" label ")" | "all()" | "global()" | label comparison
 *   and     := unary { "&&" unary }          comparison := ( "==" | "!=" | "contains" | "starts with" | "ends with" ) quoted
 *   unary   := { "!" } primary                           | ( "in" | "not in" ) "{" [ quoted { "," quoted } [ "," ] ] "}"
 */

import {
  describe,
  fail,
  quoted,
  type Scanner,
  type SelectorFault,
  skipBlanks,
  takeQuoted,
  takeSign,
  takeWord,
  upcoming,
  type Word,
} from './scanner.ts'
import type { Comparison, Selector } from './selector.ts'
import { valueSet } from './value-set.ts'

export type SelectorReading = { readonly type: 'selector'; readonly selector: Selector } | SelectorFault

/** Calico has no limit, but no selector of the 1024 characters that it allows in a policy nests deeper. */
const deepest = 512
const longestLabel = 512

type Operator = Comparison | 'in' | 'not in'

const wordOperators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['in', 'in'],
  ['notin', 'not in'],
  ['not in', 'not in'],
  ['contains', 'contains'],
  ['startswith', 'starts with'],
  ['starts with', 'starts with'],
  ['endswith', 'ends with'],
  ['ends with', 'ends with'],
])

/** Blank text is `all()`. */
export function readSelector(text: string): SelectorReading {
  const scanner: Scanner = { text, at: 0, depth: 0, fault: undefined }
  skipBlanks(scanner)
  if (scanner.at === text.length) return { type: 'selector', selector: { type: 'all' } }
  const selector = readOr(scanner)
  if (selector !== undefined && scanner.at < text.length) failAfterTerm(scanner)
  if (scanner.fault !== undefined) return scanner.fault
  return { type: 'selector', selector: selector ?? { type: 'all' } }
}

function readOr(scanner: Scanner): Selector | undefined {
  const first = readAnd(scanner)
  if (first === undefined || !takeSign(scanner, '||')) return first
  const operands = [first]
  do {
    const next = readAnd(scanner)
    if (next === undefined) return undefined
    operands.push(next)
  } while (takeSign(scanner, '||'))
  return { type: 'or', operands }
}

function readAnd(scanner: Scanner): Selector | undefined {
  const first = readUnary(scanner)
  if (first === undefined || !takeSign(scanner, '&&')) return first
  const operands = [first]
  do {
    const next = readUnary(scanner)
    if (next === undefined) return undefined
    operands.push(next)
  } while (takeSign(scanner, '&&'))
  return { type: 'and', operands }
}

/** Leaves the scanner behind the blanks that follow the term. */
function readUnary(scanner: Scanner): Selector | undefined {
  let negated = false
  skipBlanks(scanner)
  while (takeSign(scanner, '!')) {
    negated = !negated
    skipBlanks(scanner)
  }
  const operand = readPrimary(scanner)
  skipBlanks(scanner)
  return operand !== undefined && negated ? { type: 'not', operand } : operand
}

function readPrimary(scanner: Scanner): Selector | undefined {
  if (scanner.text[scanner.at] === '(') return readGroup(scanner)
  const label = takeWord(scanner)
  if (label === undefined) return failAtTerm(scanner)
  if (scanner.text[scanner.at] === '(') return readCall(scanner, label)
  return readComparison(scanner, label)
}

function readGroup(scanner: Scanner): Selector | undefined {
  const open = { start: scanner.at, end: scanner.at + 1 }
  if (scanner.depth === deepest) return fail(scanner, open, `too many brackets in brackets: at most ${deepest}`)
  scanner.at++
  scanner.depth++
  const selector = readOr(scanner)
  if (selector === undefined) return undefined
  scanner.depth--
  if (takeSign(scanner, ')')) return selector
  if (scanner.at === scanner.text.length) return fail(scanner, open, 'bracket "(" is not closed: add ")"')
  return failAfterTerm(scanner)
}

function readCall(scanner: Scanner, name: Word): Selector | undefined {
  const known = name.text === 'has' || name.text === 'all' || name.text === 'global'
  if (!known) return fail(scanner, name, `unknown function ${quoted(name.text)}: one of has(label), all(), global()`)
  scanner.at++
  skipBlanks(scanner)
  const label = name.text === 'has' ? readLabelOfHas(scanner) : undefined
  skipBlanks(scanner)
  if (scanner.fault !== undefined) return undefined
  if (!takeSign(scanner, ')')) {
    const next = upcoming(scanner)
    return fail(scanner, next, `unexpected ${describe(next)} in ${name.text}(...): ")" belongs here`)
  }
  if (label !== undefined) return { type: 'has', label }
  return { type: name.text === 'global' ? 'global' : 'all' }
}

function readLabelOfHas(scanner: Scanner): string | undefined {
  const label = takeWord(scanner)
  if (label !== undefined) return checkLabel(scanner, label)
  const next = upcoming(scanner)
  return fail(scanner, next, `unexpected ${describe(next)} in has(...): a label without quotes belongs here`)
}

function readComparison(scanner: Scanner, label: Word): Selector | undefined {
  if (checkLabel(scanner, label) === undefined) return undefined
  skipBlanks(scanner)
  const operator = readOperator(scanner, label)
  if (operator === undefined) return undefined
  skipBlanks(scanner)
  if (operator === 'in' || operator === 'not in') {
    const values = readValues(scanner)
    return values && { type: operator, label: label.text, values }
  }
  const value = takeQuoted(scanner)
  return value === undefined ? undefined : { type: 'compare', label: label.text, operator, value }
}

function checkLabel(scanner: Scanner, label: Word): string | undefined {
  if (label.text.length <= longestLabel) return label.text
  const message = `label ${quoted(label.text)} has ${label.text.length} characters: at most ${longestLabel}`
  return fail(scanner, label, message)
}

function readOperator(scanner: Scanner, label: Word): Operator | undefined {
  if (takeSign(scanner, '==')) return '=='
  if (takeSign(scanner, '!=')) return '!='
  const word = takeWord(scanner)
  if (word === undefined) return failAtOperator(scanner, label)
  const single = wordOperators.get(word.text)
  if (single !== undefined) return single
  skipBlanks(scanner)
  const second = takeWord(scanner)
  const double = second && wordOperators.get(`${word.text} ${second.text}`)
  if (double !== undefined) return double
  const operators = '==, !=, in, not in, contains, starts with, ends with'
  return fail(
    scanner,
    word,
    `unknown operator ${quoted(word.text)} after label ${quoted(label.text)}: one of ${operators}`,
  )
}

function failAtOperator(scanner: Scanner, label: Word): undefined {
  const next = upcoming(scanner)
  if (next.text === '=') return fail(scanner, next, 'unknown operator "=": write "=="')
  const isFunction = label.text === 'has' || label.text === 'all' || label.text === 'global'
  if (next.text === '(' && isFunction) {
    return fail(scanner, { start: label.end, end: next.start }, `blank before "(": write "${label.text}("`)
  }
  const right = 'compare it as in label == "value", or write has(label)'
  return fail(scanner, label, `label ${quoted(label.text)} stands alone: ${right}`)
}

function readValues(scanner: Scanner): readonly string[] | undefined {
  const open = upcoming(scanner)
  if (!takeSign(scanner, '{')) {
    return fail(scanner, open, `unexpected ${describe(open)}: a set such as {"a", "b"} belongs here`)
  }
  const values: string[] = []
  skipBlanks(scanner)
  while (!takeSign(scanner, '}')) {
    if (scanner.at === scanner.text.length) return fail(scanner, open, 'set "{" is not closed: add "}"')
    const value = takeQuoted(scanner)
    if (value === undefined) return undefined
    values.push(value)
    skipBlanks(scanner)
    const next = upcoming(scanner)
    if (!takeSign(scanner, ',') && next.text !== '}' && next.text !== '') {
      return fail(scanner, next, `unexpected ${describe(next)} in a set: "," or "}" belongs here`)
    }
    skipBlanks(scanner)
  }
  return valueSet(values)
}

function failAtTerm(scanner: Scanner): undefined {
  const next = upcoming(scanner)
  if (next.text === '"' || next.text === "'") {
    return fail(scanner, next, 'a value cannot come first: write the label on the left, as in label == "value"')
  }
  if (next.text === ')' && scanner.text[scanner.at - 1] === '(') {
    return fail(
      scanner,
      { start: next.start - 1, end: next.end },
      'nothing in the brackets "()": write all() to select everything',
    )
  }
  return fail(scanner, next, `unexpected ${describe(next)}: a term such as label == "value" or has(label) belongs here`)
}

function failAfterTerm(scanner: Scanner): undefined {
  const next = upcoming(scanner)
  if (next.text === '&' || next.text === '|') {
    return fail(scanner, next, `unknown operator ${quoted(next.text)}: write "${next.text}${next.text}"`)
  }
  if (next.text === ')') return fail(scanner, next, 'bracket ")" was never opened: remove it, or add "("')
  return fail(scanner, next, `unexpected ${describe(next)} after a term: "&&" or "||" belongs between two terms`)
}
