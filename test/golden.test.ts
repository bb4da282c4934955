/** Each folder of test/golden: what the pipeline makes of it, and the laws that hold for every table (UPDATE_GOLDEN=1 rewrites the files). */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseAllDocuments, visit } from 'yaml'
import { stagedPart } from '../src/compile/staged-effects.ts'
import { hasErrors } from '../src/diagnostic/diagnostic.ts'
import { printDiagnosticsText } from '../src/diagnostic/print-text.ts'
import { createStyle } from '../src/diagnostic/style.ts'
import { applied, invert } from '../src/diff/apply-plan.ts'
import { diff } from '../src/diff/diff.ts'
import { printPlanText } from '../src/diff/print-plan.ts'
import type { RepositoryFile } from '../src/repository/revision.ts'
import { printTable } from '../src/ruleset/print-table.ts'
import { readTable } from '../src/ruleset/read-table.ts'
import type { Ruleset } from '../src/ruleset/ruleset.ts'
import { seededRandom, shuffled } from './fakes/seeded-random.ts'
import {
  type CompiledCase,
  compileCase,
  exampleCases,
  type GoldenCase,
  goldenCases,
  goldenFolder,
} from './golden/golden-cases.ts'

const goldens = await goldenCases()
const cases = [...goldens, ...(await exampleCases())].map((golden) => ({ golden, compiled: compileCase(golden) }))

const files = suite('golden files')
for (const { golden, compiled } of cases.slice(0, goldens.length)) {
  files(`${golden.name}: the files are what the pipeline makes of the policies`, () => {
    compareFile(golden, 'ruleset.nft', printTable(compiled.ruleset))
    compareFile(golden, 'diagnostics.txt', printDiagnosticsText(compiled.diagnostics, { color: false }))
    compareFile(golden, 'plan.txt', planOf(golden, compiled))
  })
}
files.run()

const laws = suite('laws of tables')
for (const { golden, compiled } of cases) {
  const { ruleset } = compiled
  laws(`${golden.name}: the policy is valid`, () => assert.not(hasErrors(compiled.diagnostics)))

  laws(`${golden.name}: readTable() undoes printTable()`, () => {
    const read = readTable(printTable(ruleset))
    assert.ok(read)
    if (read === undefined) return
    assert.equal(diff(read, ruleset), { changes: [] })
    assert.equal(diff(ruleset, read), { changes: [] })
    assert.is(printTable(read), printTable(ruleset))
  })

  laws(`${golden.name}: diff() of a table with itself is empty`, () => {
    assert.equal(diff(ruleset, ruleset), { changes: [] })
  })

  laws(`${golden.name}: order of files, documents and keys changes nothing`, () => {
    const random = seededRandom(golden.name)
    for (let round = 0; round < 3; round++) {
      const again = compileCase({ ...golden, files: shuffledFiles(golden.files, random) })
      assert.is(printTable(again.ruleset), printTable(ruleset))
      assert.equal(messagesOf(again), messagesOf(compiled))
    }
  })
}

laws('applied() of diff() reaches every table from every table, and invert() leads back', () => {
  const tables = [undefined, ...cases.map(({ compiled }) => compiled.ruleset)]
  for (const from of tables) {
    for (const to of tables.slice(1)) {
      if (to === undefined) continue
      const plan = diff(to, from)
      const there = applied(from, plan)
      assert.is(textOf(there), textOf(to))
      assert.is(textOf(applied(there, invert(plan))), textOf(from))
    }
  }
})
laws.run()

function compareFile(golden: GoldenCase, file: string, actual: string): void {
  const path = join(goldenFolder, golden.name, file)
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, actual)
  assert.ok(existsSync(path), `${path} is missing: write it with UPDATE_GOLDEN=1`)
  assert.fixture(actual, readFileSync(path, 'utf8'))
}

function planOf(golden: GoldenCase, compiled: CompiledCase): string {
  const context = { node: golden.facts.node, origins: compiled.origins, asideOf: stagedPart }
  return printPlanText(diff(compiled.ruleset, undefined), context, createStyle('plain'))
}

const textOf = (table: Ruleset | undefined): string => (table === undefined ? '' : printTable(table))
const messagesOf = (compiled: CompiledCase) => compiled.diagnostics.map(({ message }) => message).sort()

/** The same documents in another order, over other files, with their keys in another order. */
function shuffledFiles(from: readonly RepositoryFile[], random: () => number): readonly RepositoryFile[] {
  const documents = from.flatMap((file) => parseAllDocuments(new TextDecoder().decode(file.bytes)))
  const texts = shuffled(documents, random).map((document) => {
    visit(document, {
      Map: (_, map) => {
        map.items = [...shuffled(map.items, random)]
      },
    })
    return String(document)
  })
  const half = Math.floor(texts.length * random())
  const parts = [texts.slice(0, half), texts.slice(half)].filter((part) => part.length > 0)
  return parts.map((part, at): RepositoryFile => {
    const text = part.map((one) => (one.startsWith('---') ? one : `---\n${one}`)).join('')
    return {
      path: `${at}.yaml`,
      type: 'file',
      contentId: `${at}-${text.length}`,
      bytes: new TextEncoder().encode(text),
    }
  })
}
