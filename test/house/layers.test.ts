/** Who may import what: rooms, packages, Node's own modules. */

import { suite } from 'uvu'
import { isRoom, mayImport, pureRooms } from './rooms.ts'
import { type Import, readSources, roomOf, type SourceFile } from './source-file.ts'
import { assertNone } from './violations.ts'

const test = suite('house: layers')
const sources = readSources('src')
const imports = sources.flatMap((file) => file.imports.map((found) => ({ file, found })))
const place = (file: SourceFile, found: Import): string => `${file.path}:${found.line}:`

/** Of Node's own modules, those without a clock, I/O or the machine in them. */
const pureModules: readonly string[] = ['node:crypto', 'node:buffer', 'node:util', 'node:path']

/** Packages with a home of more than one room, and why. */
const homes: Readonly<Record<string, readonly string[]>> = {
  // the schemas are written with it; they are read when the validators are built, never at run time
  typebox: ['schema', 'build'],
}

test('every room is on the plan', () => {
  const unknown = sources.filter((file) => !isRoom(file.room))
  assertNone(unknown.map((file) => `${file.path}:1: the room "${file.room}" is not on the plan (test/house/rooms.ts)`))
})

test('a room imports only the rooms that the plan allows', () => {
  const wrong = imports.filter(({ file, found }) => {
    if (found.path === undefined) return false
    return !found.path.startsWith('src/') || !mayImport(file.room, roomOf(found.path), found.isTypeOnly)
  })
  assertNone(wrong.map(({ file, found }) => `${place(file, found)} ${file.room} must not import ${found.path}`))
})

test('nouns and verbs import nothing that waits, reads a clock or touches the machine', () => {
  const wrong = imports.filter(
    ({ file, found }) =>
      pureRooms.includes(file.room) && found.specifier.startsWith('node:') && !pureModules.includes(found.specifier),
  )
  assertNone(wrong.map(({ file, found }) => `${place(file, found)} ${file.room} is pure: ${found.specifier} is not`))
})

test('a package is imported in one room', () => {
  const rooms = new Map<string, Set<string>>()
  const used = imports.filter(({ found }) => found.path === undefined && !found.specifier.startsWith('node:'))
  for (const { file, found } of used) {
    const name = packageOf(found.specifier)
    rooms.set(name, (rooms.get(name) ?? new Set()).add(file.room))
  }
  const wrong = used.filter(({ file, found }) => {
    const name = packageOf(found.specifier)
    return !(homes[name]?.includes(file.room) ?? rooms.get(name)?.size === 1)
  })
  assertNone(
    wrong.map(({ file, found }) => `${place(file, found)} ${found.specifier} is imported in more than one room`),
  )
})

test('the tools of the tests stay in test/, and ajv and esbuild in build/', () => {
  const only: Readonly<Record<string, string>> = { uvu: 'test', 'fast-check': 'test', ajv: 'build', esbuild: 'build' }
  const wrong = imports.filter(({ file, found }) => (only[packageOf(found.specifier)] ?? file.room) !== file.room)
  assertNone(wrong.map(({ file, found }) => `${place(file, found)} ${found.specifier} does not belong in ${file.room}`))
})

test('schema modules are imported for their types only, so that typebox is not shipped', () => {
  const wrong = imports.filter(({ file, found }) => {
    const isSchema = found.path?.startsWith('src/schema/') && !found.path.startsWith('src/schema/validators')
    return isSchema && !found.isTypeOnly && !['schema', 'build'].includes(file.room)
  })
  assertNone(
    wrong.map(({ file, found }) => `${place(file, found)} import type from ${found.path}, or typebox is shipped`),
  )
})

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

test.run()
