/** Five pull requests on the example repository, and the comment that each gets: test/access/comments, which a stranger should understand. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { printDifferenceMarkdown } from '../../src/access/print-difference-markdown.ts'
import { createDirectorySource } from '../../src/adapters/directory-source.ts'
import { compareAccess } from '../../src/pipeline/compare-access.ts'
import { readPolicy } from '../../src/pipeline.ts'
import type { RepositoryFile } from '../../src/repository/revision.ts'
import { resultOf } from '../fakes/result-of.ts'

const test = suite('comments on the example repository')
const folder = join(import.meta.dirname, 'comments')
const { files } = await createDirectorySource('policies').fetch(AbortSignal.timeout(5000))

/** Of one file, by what is in it; undefined: the file is removed. */
type Edit = (text: string) => string | undefined

const replaced =
  (...pairs: readonly (readonly [string, string])[]): Edit =>
  (text) =>
    pairs.reduce((result, [from, to]) => {
      if (!result.includes(from)) throw new Error(`the example does not say ${from} any more`)
      return result.replaceAll(from, to)
    }, text)

const pullRequests: Readonly<Record<string, Readonly<Record<string, Edit>>>> = {
  'widens-a-network': { 'sets/office.yaml': replaced(['198.51.100.64/28', '198.51.100.0/24']) },
  'renames-a-label': {
    'hosts/web-1.yaml': replaced(['role: web', 'role: www']),
    'hosts/web-2.yaml': replaced(['role: web', 'role: www']),
  },
  'reorders-two-policies': {
    'policies/blocklist.yaml': replaced(['order: 10\n', 'order: 300\n']),
    'policies/web.yaml': replaced(['order: 300\n', 'order: 10\n']),
  },
  'deletes-a-network-set': { 'sets/blocklist.yaml': () => undefined },
  'moves-a-host': {
    'hosts/web-2.yaml': replaced(
      ['203.0.113.22', '203.0.113.32'],
      ['2001:db8:113::22', '2001:db8:113::32'],
      ['10.0.0.22', '10.0.0.32'],
      ['2001:db8:10::22', '2001:db8:10::32'],
    ),
  },
}

for (const [name, edits] of Object.entries(pullRequests))
  test(`printDifferenceMarkdown() tells what a pull request does that ${name.replaceAll('-', ' ')}`, () => {
    const head = edited(edits)
    const comment = printDifferenceMarkdown(compare(files, head))
    const path = join(folder, `${name}.md`)
    if (process.env.UPDATE_GOLDEN === '1') {
      mkdirSync(folder, { recursive: true })
      writeFileSync(path, comment)
    }
    assert.ok(existsSync(path), `${path} is missing: UPDATE_GOLDEN=1 writes it`)
    assert.fixture(comment, readFileSync(path, 'utf8'))
    assert.is(printDifferenceMarkdown(compare([...files].reverse(), [...head].reverse())), comment)
  })

test('printDifferenceMarkdown() says that nothing changes when only words do', () => {
  const comment = printDifferenceMarkdown(
    compare(files, edited({ 'policies/web.yaml': (text) => `# one more comment\n${text}` })),
  )
  assert.is(comment, '### Access: the same access on 5 hosts\n')
})

function edited(edits: Readonly<Record<string, Edit>>): readonly RepositoryFile[] {
  const missing = Object.keys(edits).filter((path) => !files.some((file) => file.path === path))
  assert.equal(missing, [])
  return files.flatMap((file) => {
    const edit = edits[file.path]
    if (edit === undefined) return [file]
    const text = edit(new TextDecoder().decode(file.bytes))
    return text === undefined ? [] : [{ ...file, contentId: text, bytes: new TextEncoder().encode(text) }]
  })
}

function compare(base: readonly RepositoryFile[], head: readonly RepositoryFile[]) {
  const [before, after] = [base, head].map((all) => {
    const { value, diagnostics } = readPolicy(all)
    assert.equal(
      diagnostics.filter(({ severity }) => severity === 'error'),
      [],
    )
    return value
  })
  if (before === undefined || after === undefined) throw new Error('two revisions were given')
  return resultOf(compareAccess({ base: before, head: after, host: undefined, moment: new Date(0) }))
}

test.run()
