/** What code may not say: waiting and clocks in pure rooms, host errors outside adapters, default exports, other rooms' tricks. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { maskText } from './mask.ts'
import { pureRooms } from './rooms.ts'
import { findInCode, readSources } from './source-file.ts'
import { assertNone } from './violations.ts'

const test = suite('house: code')
const sources = readSources('src')
const tests = readSources('test')

test('maskText() leaves code, and blanks comments, strings, templates and regular expressions', () => {
  const samples: readonly (readonly [string, string])[] = [
    ["a('b') // c", 'a(   )     '],
    ['/* a\nb */ c', '    \n     c'],
    [`\`a \${b(\`c\`)} d\` + e`, '     b(   )     + e'],
    ['a / b / c', 'a / b / c'],
    ["f(/[/'\"]/g, 'a')", 'f(       g,    )'],
    ['return /a b/.test(c)', 'return      .test(c)'],
    [`\`\${ { a: 1 } }\` b`, '    { a: 1 }    b'],
    ["'it\\'s' a", '        a'],
  ]
  for (const [text, masked] of samples) assert.is(maskText(text), masked)
})

test('nouns and verbs do not wait, read a clock, roll dice, print or look at the process', () => {
  const impure =
    /\b(?:await|async|Promise|process|console|setTimeout|setInterval|performance|fetch)\b|\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b/g
  const files = sources.filter((file) => pureRooms.includes(file.room))
  assertNone(
    files.flatMap((file) => findInCode(file, impure, (found) => `${file.room} is pure and must not say ${found}`)),
  )
})

test('nouns and verbs do not throw on input: throw stands in invariant() alone', () => {
  const files = sources.filter((file) => pureRooms.includes(file.room) && !file.path.endsWith('/invariant.ts'))
  assertNone(
    files.flatMap((file) => findInCode(file, /\bthrow\b/g, () => 'a diagnostic or invariant() is wanted, not throw')),
  )
})

test('host errors are made in adapters alone', () => {
  const files = sources.filter((file) => file.room !== 'adapters')
  assertNone(files.flatMap((file) => findInCode(file, /\bnew HostError\b/g, () => 'only adapters make a HostError')))
})

test('nothing is exported by default, re-exported wholesale, of type any or told to a tool to be ignored', () => {
  const files = [...sources, ...tests]
  assertNone([
    ...files.flatMap((file) => findInCode(file, /\bexport default\b/g, () => 'a default export')),
    ...files.flatMap((file) => findInCode(file, /^export \*/gm, () => 'a barrel')),
    ...files.flatMap((file) => findInCode(file, /(?:[:<,|]|\bas) *any\b/g, () => 'the type any')),
  ])
})

test('no parameter is a boolean: an option has a name where it is passed', () => {
  // What invariant() takes is no option: it is what must hold
  const parameter = /[(,]\s*(?!condition\b)\w+\??: boolean\s*(?=[,)])/g
  assertNone(
    sources.flatMap((file) => findInCode(file, parameter, (found) => `a boolean parameter: ${found.slice(1).trim()}`)),
  )
})

test.run()
