/** Every diagnostic code has a place in src that raises it and a test that knows it. */

import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import { catalogue } from '../../src/diagnostic/catalogue.ts'
import { filesBelow, lineAt, readSources } from './source-file.ts'
import { assertNone } from './violations.ts'

const test = suite('house: diagnostic codes')
const path = 'src/diagnostic/catalogue.ts'
const text = readFileSync(path, 'utf8')
const codes = Object.keys(catalogue)
const place = (code: string): string => `${path}:${lineAt(text, text.indexOf(`'${code}'`))}:`

test('every code is raised somewhere in src', () => {
  const raised = readSources('src')
    .filter((file) => file.path !== path)
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

test.run()
