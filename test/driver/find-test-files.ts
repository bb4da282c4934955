/** The arguments of the test driver -> the test files they mean, sorted; none given means all below test/. */

import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, normalize } from 'node:path'

/** An argument is a file, a folder, or part of a path below test/. `unknown` holds those that mean no test at all. */
export function findTestFiles(words: readonly string[]): {
  readonly files: readonly string[]
  readonly unknown: readonly string[]
} {
  const found = words.map((word) => ({ word, files: filesFor(normalize(word)) }))
  const files = words.length === 0 ? testsBelow('test') : found.flatMap((match) => match.files)
  return {
    files: [...new Set(files)].sort(),
    unknown: found.filter((match) => match.files.length === 0).map((match) => match.word),
  }
}

function filesFor(path: string): readonly string[] {
  if (!existsSync(path)) return testsBelow('test').filter((file) => file.includes(path))
  return statSync(path).isDirectory() ? testsBelow(path) : [path]
}

function testsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => join(folder, path))
}
