import { chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openRulesetHistory, type RulesetHistory } from '../../src/adapters/ruleset-history.ts'
import { scriptForWholeTable } from '../../src/pipeline.ts'
import type { LastGood } from '../../src/reconcile/ports.ts'
import { emptyRuleset } from '../../src/ruleset/ruleset.ts'
import { temporaryFolder } from '../fakes/policy-folder.ts'

const test = suite('openRulesetHistory')
const script = scriptForWholeTable(emptyRuleset)

function goodOf(number: number): LastGood {
  const commit = number.toString(16).padStart(40, '0')
  return { revision: { commit, committedAt: new Date(number), subject: `change ${number}`, allows: [] }, script }
}

/** In no file yet. */
function printable({ revision, script: text }: LastGood): Parameters<RulesetHistory['add']>[0] {
  return { revision, script: () => text, file: undefined }
}

function open(folder = join(temporaryFolder(), 'history')): {
  readonly folder: string
  readonly warned: string[]
  readonly history: RulesetHistory
} {
  const warned: string[] = []
  const warn = (_event: string, fields?: object): void => void warned.push(JSON.stringify(fields))
  return { folder, warned, history: openRulesetHistory(folder, { warn }) }
}

async function subjects(history: RulesetHistory): Promise<readonly string[]> {
  return (await history.load()).map(({ revision }) => revision.subject)
}

test('load() gives back what was added, newest first', async () => {
  const { history, warned } = open()
  assert.equal(await history.load(), [])
  for (const number of [1, 2]) await history.add(printable(goodOf(number)))
  assert.equal(await history.load(), [goodOf(2), goodOf(1)])
  assert.equal(warned, [])
})

test('add() keeps each commit once and the newest 20', async () => {
  const { history, folder } = open()
  for (let number = 1; number <= 25; number++) await history.add(printable(goodOf(number)))
  const names = readdirSync(folder)
  assert.equal([names.length, names.sort()[0]?.slice(0, 9)], [20, '00000006-'])
  await history.add(printable(goodOf(10)))
  const found = await subjects(history)
  assert.equal([found.length, found[0], found.at(-1)], [20, 'change 10', 'change 6'])
  assert.is(found.filter((subject) => subject === 'change 10').length, 1)
})

test('load() leaves damaged files out and tells of each; add() goes on after them', async () => {
  const { history, folder, warned } = open()
  await history.add(printable(goodOf(1)))
  const texts = [
    '',
    '# rampart\n# revision: none\ntable inet rampart {\n}\n',
    '# a\n# revision: {}\ntable inet',
    'nonsense',
  ]
  for (const [at, text] of texts.entries()) writeFileSync(join(folder, `0000001${at}-${'d'.repeat(40)}.nft`), text)
  writeFileSync(join(folder, 'README'), 'not ours')
  assert.equal(await subjects(history), ['change 1'])
  assert.is(warned.length, texts.length)
  assert.match(warned[0] ?? '', 'no rollback leads there')
  await history.add(printable(goodOf(2)))
  assert.equal(await subjects(history), ['change 2', 'change 1'])
})

test("the folder that root makes belongs to the state folder's owner", async () => {
  if (process.getuid?.() !== 0) return
  const state = join(temporaryFolder(), 'state')
  mkdirSync(state)
  chownSync(state, 4711, 4712)
  await open(join(state, 'history')).history.add(printable(goodOf(1)))
  const { uid, gid, mode } = statSync(join(state, 'history'))
  assert.equal([uid, gid, mode & 0o777], [4711, 4712, 0o700])
})

test.run()
