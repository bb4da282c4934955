/** Long lists of addresses: the same values, places and faults as when every line of them is parsed. */

import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Lexer } from 'yaml'
import { leaveOutAddresses } from '../../src/document/leave-out-addresses.ts'
import type { LocatedDocument, Path } from '../../src/document/located-document.ts'
import { readWhole, readYaml } from '../../src/document/read-yaml.ts'
import { listTexts } from './list-texts.ts'

const addresses = (count: number) => Array.from({ length: count }, (_, at) => `10.${at >> 8}.${at & 255}.0/24`)
const list = (indent: string, items: readonly string[]) => items.map((item) => `${indent}- ${item}\n`).join('')
const setOf = (count: number) => `kind: Set\nspec:\n  nets:\n${list('    ', addresses(count))}  more: x\n`

test('readYaml() reads the lines of a text as a parser reads them, whatever looks like a list', () => {
  let shortened = 0
  fc.assert(
    fc.property(listTexts, (text) => {
      compare(text)
      if (lexedBy(() => readYaml({ path: 'a.yaml', text })) < text.length) shortened += 1
    }),
    { numRuns: 900 },
  )
  assert.ok(shortened > 150, `only ${shortened} texts had a list that was left out`)
})

test('readYaml() takes the text of a block, of quotes and of brackets for what it is', () => {
  const items = list('    ', addresses(40))
  const heads = [
    'a: |\n',
    'a: >-\n',
    'a: |2\n',
    'a: "\n',
    "a: '\n",
    'a: word\n',
    'a: [\n',
    '# a\n---\na: |+\n',
    'a:\n  b: >\n',
  ]
  for (const head of heads) for (const tail of ['', '"\n', "'\n", ']\n', '  c: d\n']) compare(head + items + tail)
  assert.is(valueIn(`a: |\n${items}`), JSON.stringify({ a: items.replaceAll('    - ', '- ') }))
})

test('readYaml() gives a fault before, within or behind a long list its place', () => {
  const [half, other] = [addresses(60).slice(0, 30), addresses(60).slice(30)]
  const faults = ['!t 10.0.0.0', '*a', '&a 10.0.0.0/8', 'a: b: c', '"10.0.0.0/8', '10.0.0.0/8: x', '\t10.0.0.0/8', '@x']
  for (const fault of faults) {
    compare(`nets:\n${list('  ', [...half, fault, ...other])}`)
    compare(`a: ${fault}\nnets:\n${list('  ', half)}b: c\n`)
    compare(`nets:\n${list('  ', half)}b: ${fault}\n`)
    compare(`nets:\n${list('  ', half)}---\nb: ${fault}\n---\nnets:\n${list('', other)}`)
  }
})

test('readYaml() gives the parser no line between the ends of a long list', () => {
  const lexed = (text: string) => lexedBy(() => readYaml({ path: 'a.yaml', text }))
  assert.is(lexed(setOf(20_000)), leaveOutAddresses(setOf(20_000))?.text.length)
  assert.ok(lexed(setOf(20_000)) < 150)
  assert.is(lexed(setOf(3)), setOf(3).length)
  const quoted = list(
    '',
    addresses(500).map((net) => `"${net}" # ${net}`),
  ).replaceAll('\n', '\r\n')
  assert.ok(lexed(`# list\r\n\r\n${quoted}`) < 150)
})

test('spanOf() points at each address of a long list', () => {
  const source = { path: 'a.yaml', text: setOf(3000) }
  const [document] = readYaml(source).value
  for (const [index, net] of addresses(3000).entries()) {
    const span = document?.spanOf(['spec', 'nets', index], 'value')
    assert.is(source.text.slice(span?.start, span?.end), net)
  }
})

test.run()

/** How much text the parser was given. */
function lexedBy(act: () => void): number {
  const { lex } = Lexer.prototype
  let length = 0
  Lexer.prototype.lex = function (text, ...rest) {
    length += text.length
    return lex.call(this, text, ...rest)
  }
  act()
  Lexer.prototype.lex = lex
  return length
}

function valueIn(text: string): string {
  return JSON.stringify(readYaml({ path: 'a.yaml', text }).value[0]?.value)
}

function compare(text: string): void {
  const source = { path: 'a.yaml', text }
  const [read, whole] = [readYaml(source), readWhole(source)]
  const [diagnostics, expected] = [read, whole].map((reading) => JSON.stringify(reading.diagnostics))
  assert.is(diagnostics, expected, text)
  assert.is(read.value.length, whole.value.length, text)
  for (const [index, document] of read.value.entries()) {
    const other = whole.value[index]
    if (other !== undefined) assert.is(describe(document), describe(other), text)
  }
}

function describe(document: LocatedDocument): string {
  const { source, spanOf, spanWithin, items, value, ...rest } = document
  const places = pathsIn(value).map((path) => {
    const spans = [spanOf(path, 'key'), spanOf(path, 'value'), ...ranges.map((range) => spanWithin(path, range))]
    return `${path.join('.')} ${spans.map(({ start, end }) => `${start}-${end}`).join(' ')}`
  })
  return [JSON.stringify({ value, ...rest }), ...places, ...items().map(describe)].join('\n')
}

const ranges = [
  { start: 0, end: 2 },
  { start: 3, end: 100 },
] as const

/** Of every part of a value, and one that leads on from there to nowhere. */
function pathsIn(value: unknown): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [[], [0]]
  const inner = Object.entries(value).flatMap(([key, part]) =>
    pathsIn(part).map((path) => [Array.isArray(value) ? Number(key) : key, ...path]),
  )
  return [[], ['nowhere'], [1e6], ...inner]
}
