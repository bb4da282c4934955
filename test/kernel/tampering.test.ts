/** What an operator changes by hand in the live table is named one by one, and the script repairs exactly that. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { invert } from '../../src/diff/apply-plan.ts'
import { type Difference, describePlan } from '../../src/diff/describe-plan.ts'
import { diff } from '../../src/diff/diff.ts'
import { printReplacement, printScript } from '../../src/diff/print-script.ts'
import { printRule } from '../../src/ruleset/print-rule.ts'
import { printTable } from '../../src/ruleset/print-table.ts'
import { readTable } from '../../src/ruleset/read-table.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { kernelAvailable } from '../fakes/kernel.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { compileCase, exampleCases, goldenCases } from '../golden/golden-cases.ts'
import { contentTamperings } from './content-tamperings.ts'
import { NftSession } from './nft-session.ts'
import { objectTamperings } from './object-tamperings.ts'
import type { Tampering } from './tampering.ts'

const tampered = suite('tampering')
for (const tampering of [...contentTamperings, ...objectTamperings])
  tampered(`${tampering.title}: named, and nothing else repaired`, () => check(tampering))

tampered('the table deleted: the whole table is written again', async () => {
  const { ruleset } = compileCase(await caseNamed('policies for gw-1'))
  const session = new NftSession()
  session.load(printReplacement(ruleset))
  session.shell('nft delete table inet rampart')
  const load = session.load(printScript(diff(ruleset, undefined)))
  const list = session.list()
  const printed = await session.run()
  assert.is(printed[load], '')
  assert.is(printTable(readTable(printed[list] ?? '') ?? ruleset), printTable(ruleset))
  assert.equal(describePlan(diff(ruleset, undefined))[0], {
    action: 'add',
    object: 'table',
    name: 'inet rampart',
    text: '',
    comment: undefined,
  })
})

const available = kernelAvailable()
if (available.ok) tampered.run()
else skipLoudly(available.reason)

async function check({ golden, by, named, emptied, touches }: Tampering): Promise<void> {
  const { ruleset } = compileCase(await caseNamed(golden))
  const lanName = [...ruleset.sets.values()].find(
    (set) => /^peers4/.test(set.name) && set.comment === "purpose == 'lan'",
  )?.name
  const known = (text: string): string => text.replaceAll('<lan>', lanName ?? '')
  const start = (): NftSession => {
    const session = new NftSession()
    session.load(others)
    session.load(printReplacement(ruleset))
    session.shell(by.replaceAll(/(?<=\s)T(?=\s)/g, 'inet rampart'))
    return session
  }
  const first = start()
  const live = first.list()
  const before = await first.run()
  assert.is(before[live - 1], '', 'the tampering itself')
  const table = readTable(before[live] ?? '')
  const plan = diff(ruleset, table)
  const script = printScript(plan)
  const missing = (emptied ?? []).flatMap((chain) => rulesOf(ruleset, chain).map((rule) => `+ rule ${chain}: ${rule}`))
  assert.equal(describePlan(plan).map(line).sort(), [...named.map(known), ...missing].sort())
  for (const command of script.trim().split('\n')) {
    assert.ok(
      touches.some((word) => command.includes(known(word))),
      `touches more than it should: ${command}`,
    )
  }
  const second = start()
  const [otherBefore, load, list, otherAfter] = [
    second.shell(listOthers),
    second.load(script),
    second.list(),
    second.shell(listOthers),
  ]
  const [back, listBack] = [second.load(printScript(invert(plan))), second.list()]
  const after = await second.run()
  assert.is(after[load], '')
  assert.is(printTable(readTable(after[list] ?? '') ?? ruleset), printTable(ruleset))
  assert.equal(diff(ruleset, readTable(after[list] ?? '')).changes, [])
  assert.is(after[otherAfter], after[otherBefore])
  assert.ok(after[otherBefore]?.includes('chain mine'))
  assert.is(after[back], '')
  assert.equal(blocks(after[listBack]), blocks(before[live]), 'the inverse leads back')
}

const others = 'table ip rampart { chain mine { accept; }\n}\ntable inet rampart2 { counter c { packets 3 bytes 9 }\n}'
const listOthers = 'nft list table ip rampart; nft list table inet rampart2'

/** nft lists objects in the order in which they were made. */
function blocks(listing: string | undefined): readonly string[] {
  return (listing ?? '')
    .replace(/\n\}\n$/, '')
    .split(/\n\n|\{\n(?=\tcounter)/)
    .sort()
}

function rulesOf(ruleset: Ruleset, chain: string): readonly string[] {
  return (ruleset.chains.get(chain)?.rules ?? []).map((rule) => printRule({ ...rule, comment: undefined }))
}

function line({ action, object, name, text }: Difference): string {
  return `${action === 'add' ? '+' : '-'} ${object} ${name}: ${text}`
}

async function caseNamed(name: string) {
  const found = [...(await goldenCases()), ...(await exampleCases())].find((golden) => golden.name === name)
  if (found === undefined) throw new Error(`there is no golden ${name}`)
  return found
}
