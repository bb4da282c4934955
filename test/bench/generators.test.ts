/** What the bench changes is a real change: every commit is valid and leads to another table. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { diff } from '../../src/diff/diff.ts'
import { compileFiles } from './compile-files.ts'
import { changeKinds, filesOfChange } from './generate-changes.ts'
import { generateMembers, memberCycle, memberFiles } from './generate-members.ts'
import { plainSetCycle } from './generate-plain-set.ts'
import { plainChange, plainTable } from './generate-plain-table.ts'
import { type GeneratedFile, generatePolicies } from './generate-policies.ts'
import { changedFiles } from './measure-agent.ts'

const test = suite('generators')
const base = generatePolicies({ ruleCount: 100, variant: 'mixed', edition: 0 })
const start = withFiles(
  base,
  changeKinds.flatMap((kind) => filesOfChange(kind, 0, 5)),
)

for (const kind of changeKinds)
  test(`filesOfChange() changes the table with every edition: ${kind}`, () => {
    let files = start
    for (const edition of [1, 2]) {
      const next = withFiles(files, filesOfChange(kind, edition, 5))
      assert.is(changesBetween(files, next) > 0, true)
      files = next
    }
  })

test('memberCycle() changes the table with every edit, a little of one file, and comes back', () => {
  for (const settings of [
    { count: 200, kind: 'addresses', files: 1 },
    { count: 200, kind: 'networks', files: 10 },
  ] as const) {
    const all = memberFiles(generateMembers(settings))
    let files = all
    for (const { edit, parts } of memberCycle(settings)) {
      const next = memberFiles(parts)
      assert.is(changesBetween([...base, ...files], [...base, ...next]), 1, edit)
      if (edit !== 'ten swapped') assert.is(changedFiles(files, next).length, 1)
      files = next
    }
    assert.equal(files, all)
  }
})

test('plainSetCycle() does the same to plain elements', () => {
  const counts = plainSetCycle(200).map((script) => ['add', 'delete'].map((word) => countElements(script, word)))
  assert.equal(counts, [
    [1, 0],
    [0, 1],
    [10, 10],
    [10, 10],
  ])
})

test('plainTable() and plainChange() have as many chains and rules as they say', () => {
  const table = plainTable(3)
  assert.is(table.match(/^ {2}chain c\d+ \{$/gm)?.length, 3)
  assert.is(table.match(/ counter accept$/gm)?.length, 60)
  assert.is(plainChange(3, 1).match(/^add rule inet plain c1 /gm)?.length, 20)
})

test.run()

function withFiles(files: readonly GeneratedFile[], more: readonly GeneratedFile[]): readonly GeneratedFile[] {
  return [...new Map([...files, ...more].map((file) => [file.path, file])).values()]
}

/** Of chains, sets and their elements. */
function changesBetween(before: readonly GeneratedFile[], after: readonly GeneratedFile[]): number {
  const changes = diff(compileFiles(after), compileFiles(before)).changes
  return new Set(changes.map((change) => ('set' in change ? change.set : change.type))).size
}

function countElements(script: string, word: string): number {
  const line = script.split('\n').find((text) => text.startsWith(`${word} element`)) ?? ''
  return line === '' ? 0 : line.split(',').length
}
