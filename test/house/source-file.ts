/** The project's own text, as the house rules look at it: files with their room, their code without comments and strings, their imports. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { maskText } from './mask.ts'

export interface SourceFile {
  /** From the checkout, as `src/net/cidr.ts`. */
  readonly path: string
  /** The folder below src or test; the file's own name without extension when it stands there alone. */
  readonly room: string
  readonly text: string
  /** Same length and lines as the text; comments, strings and regular expressions are blank. */
  readonly code: string
  readonly imports: readonly Import[]
}

export interface Import {
  readonly line: number
  /** As written: `../net/cidr.ts`, `yaml`, `node:fs`. */
  readonly specifier: string
  /** The path from the checkout of a relative import. */
  readonly path: string | undefined
  readonly isTypeOnly: boolean
}

/** Written by `npm run schemas`, not by people. */
const generated: readonly string[] = ['src/schema/validators.js', 'src/schema/validators.d.ts']

/** TypeScript and JavaScript files below a folder, sorted, without the generated ones. */
export function readSources(folder: 'src' | 'test'): readonly SourceFile[] {
  return filesBelow(folder)
    .filter((path) => /\.(ts|mjs|js)$/.test(path) && !generated.includes(path))
    .map(readSource)
}

/** Every file below a file or folder, sorted; none when it does not exist. */
export function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** 1-based. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

/** `file:line: what` of every place in the code where the pattern (with flag g) is found. */
export function findInCode(file: SourceFile, pattern: RegExp, what: (found: string) => string): readonly string[] {
  return [...file.code.matchAll(pattern)].map(
    (match) => `${file.path}:${lineAt(file.code, match.index)}: ${what(match[0])}`,
  )
}

function readSource(path: string): SourceFile {
  const text = readFileSync(path, 'utf8')
  const code = maskText(text)
  return { path, text, code, room: roomOf(path), imports: findImports({ path, text, code }) }
}

/** The room of a path from the checkout. */
export function roomOf(path: string): string {
  return (path.split('/')[1] ?? path).replace(/\.\w+$/, '')
}

const clause = String.raw`(\{[^}]*\}|\*(?: as \w+)?|\w+(?:\s*,\s*\{[^}]*\})?)`
const staticImport = new RegExp(String.raw`^(?:import|export)\s+(type\s+)?${clause}\s+from\s+'([^']+)'`, 'gm')
const bareImport = /^import\s+'([^']+)'/gm
const dynamicImport = /\bimport\(\s*'([^']+)'\s*\)/g

function findImports({ path, text, code }: Pick<SourceFile, 'path' | 'text' | 'code'>): readonly Import[] {
  const make = (offset: number, specifier: string, isTypeOnly: boolean): Import => ({
    line: lineAt(text, offset),
    specifier,
    path: specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined,
    isTypeOnly,
  })
  const statics = inCode(code, text.matchAll(staticImport)).map((match) =>
    make(match.index, match[3] ?? '', match[1] !== undefined || namesOnlyTypes(match[2] ?? '')),
  )
  const others = [bareImport, dynamicImport].flatMap((pattern) => inCode(code, text.matchAll(pattern)))
  return [...statics, ...others.map((match) => make(match.index, match[1] ?? '', false))]
}

function inCode(code: string, matches: Iterable<RegExpExecArray>): readonly RegExpExecArray[] {
  return [...matches].filter((match) => code[match.index] !== ' ')
}

function namesOnlyTypes(names: string): boolean {
  const listed = names
    .replace(/[{}]/g, '')
    .split(',')
    .map((name) => name.trim())
  return names.startsWith('{') && listed.filter(Boolean).every((name) => name.startsWith('type '))
}
