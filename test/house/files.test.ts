/** The shape of files: names, length, the sentence at the top; and that every test file runs its tests. */

import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { suite } from 'uvu'
import { filesBelow, findInCode, readSources } from './source-file.ts'
import { assertNone } from './violations.ts'

const test = suite('house: files')
const sources = readSources('src')
const tests = readSources('test')
const maximumLines = 250

test('a file has at most 250 lines', () => {
  const lengths = [...sources, ...tests].map((file) => ({
    path: file.path,
    lines: file.text.trimEnd().split('\n').length,
  }))
  const long = lengths.filter(({ lines }) => lines > maximumLines)
  assertNone(long.map(({ path, lines }) => `${path}:${lines}: ${lines} lines, ${maximumLines} at most`))
})

test('a source file opens with one sentence that says what it is', () => {
  const wrong = sources.filter((file) => !hasOpeningSentence(file.text))
  assertNone(
    wrong.map(
      (file) => `${file.path}:1: opens with ${JSON.stringify(file.text.split('\n')[0])}, not with a sentence in /** */`,
    ),
  )
})

test('file names are kebab-case and say something', () => {
  const empty = ['utils', 'util', 'helpers', 'helper', 'common', 'types', 'index', 'misc', 'shared']
  const wrong = [...sources, ...tests].filter((file) => {
    const name = basename(file.path).replace(/(\.test|\.d)?\.(ts|mjs|js)$/, '')
    return empty.includes(name) || !/^[a-z\d]+(-[a-z\d]+)*$/.test(name)
  })
  assertNone(wrong.map((file) => `${file.path}:1: the name is not kebab-case, or says nothing`))
})

test('every test file runs its tests, all of them', () => {
  const files = tests.filter((file) => file.path.endsWith('.test.ts'))
  assertNone([
    ...files
      .flatMap((file) => suitesOf(file.code).map((suite) => ({ file, suite })))
      .filter(({ file, suite }) => !new RegExp(`\\b${suite}\\.run\\(\\)`).test(file.code))
      .map(({ file, suite }) => `${file.path}:1: ${suite}.run() is missing`),
    ...files.flatMap((file) =>
      findInCode(
        file,
        /\btest\.(?:only|skip)\b/g,
        (found) => `${found}: skipLoudly() says why, and nothing else is left out`,
      ),
    ),
  ])
})

test('a test mirrors the source: test/<room>/ is a room of src, or one of the few that test the whole', () => {
  const rooms = new Set([
    ...sources.map((file) => file.room),
    'house',
    'kernel',
    'golden',
    'conformance',
    'oracle',
    'examples',
    'conformance',
    'fakes',
    'driver',
    'bench',
    'fuzz',
    'pipeline',
    'laws',
    'systemd',
    'policies',
  ])
  const wrong = tests.filter((file) => file.path.split('/').length > 2 && !rooms.has(file.room))
  assertNone(wrong.map((file) => `${file.path}:1: there is no room src/${file.room}`))
})

test('no file keeps work for later, silences a tool, or names the machine it was written on', () => {
  // In pieces, so that this file does not say it either
  const words = [
    ['TO', 'DO'],
    ['FIX', 'ME'],
    ['XX', 'X'],
    ['biome-', 'ignore'],
    ['@ts-', 'ignore'],
    ['@ts-', 'expect-error'],
    ['@ts-', 'nocheck'],
  ].map((parts) => `\\b${parts.join('')}\\b`.replace('\\b@', '@'))
  const machine = ['wo', 'rk'].join('')
  const places = [
    `(?<![\\w.])/${machine}/`,
    '(?<![\\w.])/home/\\w',
    '/Us' + 'ers/\\w',
    'bash' + '_jobs',
    'localhost:48' + '73',
  ]
  const pattern = new RegExp([...words, ...places].join('|'), 'g')
  assertNone(ownFiles().flatMap((path) => findInLines(path, pattern)))
})

/** The names of the suites in a test file; `test` when it makes none, because uvu's own is then used. */
function suitesOf(code: string): readonly string[] {
  const made = [...code.matchAll(/\bconst (\w+) = suite\b/g)].flatMap(([, name]) => name ?? [])
  return made.length === 0 ? ['test'] : made
}

/** Everything that people write and that is delivered. */
function ownFiles(): readonly string[] {
  const atTheTop = [
    'README.md',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    '.biome.json',
    '.npmrc',
    '.gitignore',
    '.ci/run',
  ]
  return [...atTheTop, ...['src', 'test', 'policies', 'schemas', 'systemd'].flatMap(filesBelow)]
}

function findInLines(path: string, pattern: RegExp): readonly string[] {
  const lines = readText(path).split('\n')
  return lines.flatMap((line, at) => [...line.matchAll(pattern)].map(([found]) => `${path}:${at + 1}: says ${found}`))
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The first paragraph: a drawing or details may follow it. */
function hasOpeningSentence(text: string): boolean {
  const [comment] = /^\/\*\*\s[\s\S]*?\*\//.exec(text) ?? ['']
  const lines = comment.replace(/^\/\*\*|\*\/$/g, '').replace(/^[ \t]*\* ?/gm, '')
  const [paragraph = ''] = lines.trim().split(/\n\s*\n/)
  return paragraph.split(/\s+/).length > 2 && /[.:]$/.test(paragraph)
}

test.run()
