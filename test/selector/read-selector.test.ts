/** Reading selectors: structure, places and words of faults, limits. */

import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readSelector } from '../../src/selector/read-selector.ts'
import type { Selector } from '../../src/selector/selector.ts'

const test = suite('read-selector')

const has = (label: string): Selector => ({ type: 'has', label })

function assertReads(text: string, selector: Selector): void {
  assert.equal(readSelector(text), { type: 'selector', selector }, text)
}

test('readSelector() binds not before and before or when there are no brackets', () => {
  const not: Selector = { type: 'not', operand: { type: 'compare', label: 'b', operator: '==', value: 'x' } }
  const and: Selector = { type: 'and', operands: [not, has('c'), has('d')] }
  assertReads('has(a) || !b == "x" && has(c) && has(d)', { type: 'or', operands: [has('a'), and] })
})

test('readSelector() keeps nesting when brackets repeat an operator', () => {
  assertReads('(has(a) && has(b)) && has(c)', {
    type: 'and',
    operands: [{ type: 'and', operands: [has('a'), has('b')] }, has('c')],
  })
  assertReads('((has(a)))', has('a'))
})

test('readSelector() takes any ASCII whitespace when it stands between words', () => {
  assertReads('\n has( a\t)\r\n\v\f', has('a'))
  assertReads('a\nnot\nin\n{\n"x"\n,\n"y"\n}\n', { type: 'not in', label: 'a', values: ['x', 'y'] })
  assertReads(' \n\t', { type: 'all' })
})

test('readSelector() collapses a run of ! by parity when it is long', () => {
  assertReads(`${'!'.repeat(100_000)}has(a)`, has('a'))
  assertReads(`${'! '.repeat(99_999)}has(a)`, { type: 'not', operand: has('a') })
})

/** The text with the place of the fault between « and »; the message. */
const faults: readonly (readonly [string, string])[] = [
  ['«b»', 'label "b" stands alone: compare it as in label == "value", or write has(label)'],
  ['role == «db»', 'value "db" has no quotes: write them around it'],
  ['role == «»', 'unexpected end: a value in quotes belongs here'],
  ['role == «"db»', 'value "db" does not end: close it with "'],
  ['role «=» "db"', 'unknown operator "=": write "=="'],
  ['role ==«=» "db"', 'unexpected "=": a value in quotes belongs here'],
  ['«"»db" == role', 'a value cannot come first: write the label on the left, as in label == "value"'],
  ['has(a) «&» has(b)', 'unknown operator "&": write "&&"'],
  ['has(a) «|» has(b)', 'unknown operator "|": write "||"'],
  ['has(a) &&«»', 'unexpected end: a term such as label == "value" or has(label) belongs here'],
  ['«&&» has(a)', 'unexpected "&&": a term such as label == "value" or has(label) belongs here'],
  ['has(a) «has»(b)', 'unexpected "has" after a term: "&&" or "||" belongs between two terms'],
  ['«(»has(a)', 'bracket "(" is not closed: add ")"'],
  ['has(a)«)»', 'bracket ")" was never opened: remove it, or add "("'],
  ['«()»', 'nothing in the brackets "()": write all() to select everything'],
  ['has« »(a)', 'blank before "(": write "has("'],
  ['has(«"»a")', 'unexpected "\\"" in has(...): a label without quotes belongs here'],
  ['has(a«,» b)', 'unexpected "," in has(...): ")" belongs here'],
  ['all(«x»)', 'unexpected "x" in all(...): ")" belongs here'],
  ['«ALL»()', 'unknown function "ALL": one of has(label), all(), global()'],
  [
    'a «matches» "b"',
    'unknown operator "matches" after label "a": one of ==, !=, in, not in, contains, starts with, ends with',
  ],
  ['a in «"»x"', 'unexpected "\\"": a set such as {"a", "b"} belongs here'],
  ['a in «(»"x")', 'unexpected "(": a set such as {"a", "b"} belongs here'],
  ['a in «{»"x"', 'set "{" is not closed: add "}"'],
  ['a in {«,»}', 'unexpected ",": a value in quotes belongs here'],
  ['a in {"x" «"»y"}', 'unexpected "\\"" in a set: "," or "}" belongs here'],
  ['«\u{1F600}»', 'unexpected "\u{1F600}": a term such as label == "value" or has(label) belongs here'],
]

for (const [marked, message] of faults) {
  test(`readSelector() points at the fault when the text is ${JSON.stringify(marked)}`, () => {
    const start = marked.indexOf('«')
    const end = marked.indexOf('»') - 1
    assert.equal(readSelector(marked.replace(/[«»]/g, '')), { type: 'fault', message, start, end })
  })
}

test('readSelector() gives a fault and keeps the stack when brackets are many', () => {
  const nested = (depth: number): string => `${'('.repeat(depth)}has(a)${')'.repeat(depth)}`
  assertReads(nested(512), has('a'))
  const message = 'too many brackets in brackets: at most 512'
  assert.equal(readSelector(nested(10_000)), { type: 'fault', message, start: 512, end: 513 })
  assert.is(readSelector('!('.repeat(10_000)).type, 'fault')
})

test('readSelector() counts open brackets only when many stand side by side', () => {
  const operands = Array.from({ length: 600 }, () => has('a'))
  assertReads(operands.map(() => '(has(a))').join('||'), { type: 'or', operands })
})

test('readSelector() takes 512 characters of label and no more when labels are long', () => {
  assertReads(`has(${'l'.repeat(512)})`, has('l'.repeat(512)))
  assert.is(readSelector(`has(${'l'.repeat(513)})`).type, 'fault')
  assert.is(readSelector(`${'l'.repeat(513)} == "x"`).type, 'fault')
})

test('readSelector() gives one line with a place in the text when it refuses', () => {
  const piece = fc.constantFrom(
    ...['a', 'in', 'not', 'has', 'all', '(', ')', '{', '}', ',', '"', "'", '==', '!=', '!', '&&', '||', '=', '&', ' '],
    ...['\n', 'has(a)', 'a == "b"', '%', '\u{1F600}', 'starts', 'with', '\u00a0'],
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('')
      const reading = readSelector(text)
      if (reading.type === 'selector') return
      assert.ok(0 <= reading.start && reading.start <= reading.end && reading.end <= text.length, text)
      assert.match(reading.message, /^[^\n]+: [^\n]*[^.\n]$/)
    }),
    { numRuns: 5000 },
  )
})

test.run()
