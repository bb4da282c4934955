/** Every diagnostic code has a place in src that raises it and a test that knows it. */

import { readFileSync, writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { catalogue } from '../../src/diagnostic/catalogue.ts'
import { printCodesTable, tableMarks } from './codes-table.ts'
import { filesBelow, lineAt, readSources } from './source-file.ts'
import { assertNone } from './violations.ts'

const test = suite('house: diagnostic codes')
const lists = filesBelow('src/diagnostic')
  .filter((path) => path.endsWith('-codes.ts'))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
const codes = Object.keys(catalogue)
const place = (code: string): string =>
  lists.flatMap(({ path, text }) => {
    const at = text.indexOf(`  '${code}': `)
    return at === -1 ? [] : [`${path}:${lineAt(text, at)}:`]
  })[0] ?? 'src/diagnostic/catalogue.ts:1:'

test('every code is raised somewhere in src', () => {
  const raised = readSources('src')
    .filter((file) => !lists.some(({ path }) => path === file.path))
    .map((file) => file.text)
    .join('\n')
  const unused = codes.filter((code) => !raised.includes(`'${code}'`))
  assertNone(unused.map((code) => `${place(code)} '${code}' is raised nowhere`))
})

test('every code appears in a test', () => {
  const tests = filesBelow('test')
    .filter((file) => !file.startsWith('test/house/'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
  const untested = codes.filter((code) => !new RegExp(`(?<![\\w-])${code}(?![\\w-])`).test(tests))
  assertNone(untested.map((code) => `${place(code)} '${code}' appears in no test`))
})

test('the README has a table of all codes (UPDATE_GOLDEN=1 rewrites it)', () => {
  const readme = readFileSync('README.md', 'utf8')
  const [start, end] = tableMarks
  const before = readme.slice(0, readme.indexOf(start) + start.length)
  const after = readme.slice(readme.indexOf(end))
  const wanted = `${before}${printCodesTable()}${after}`
  if (process.env.UPDATE_GOLDEN !== undefined) writeFileSync('README.md', wanted)
  else assert.fixture(readme, wanted)
})

test.run()
