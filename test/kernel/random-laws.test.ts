/** Law 1 for random policies: what the kernel lists of a table, every rule of it, is what was compiled. */

import { randomBytes } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { printReplacement } from '../../src/diff/print-script.ts'
import { printTable } from '../../src/ruleset/print-table.ts'
import { countRules } from '../../src/ruleset/ruleset.ts'
import { kernelAvailable } from '../fakes/kernel.ts'
import { randomCase } from '../fakes/random-case.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { differingLines, listing } from './listed-table.ts'
import { NftSession } from './nft-session.ts'

const laws = suite('random laws')

const policies = 260
const policiesOfSession = 20
const freshSeed = process.env.RAMPART_RANDOM_SEED ?? randomBytes(4).toString('hex')

for (const seed of ['fixed', freshSeed])
  laws(`the kernel lists the tables of ${policies} random policies of seed ${seed} as they were compiled`, async () => {
    let rules = 0
    for (let first = 0; first < policies; first += policiesOfSession) rules += await checkSession(seed, first)
    process.stdout.write(`${rules} rules of ${policies} tables of seed ${seed}\n`)
    assert.ok(rules > 20 * policies, `${rules} rules`)
  })

/** Gives how many rules were listed. */
async function checkSession(seed: string, first: number): Promise<number> {
  const session = new NftSession()
  const steps = Array.from({ length: policiesOfSession }, (_, at) => {
    const { ruleset } = randomCase(`${seed} ${first + at}`).compiled
    return { ruleset, load: session.load(printReplacement(ruleset)), list: session.list() }
  })
  const printed = await session.run()
  for (const [at, { ruleset, load, list }] of steps.entries()) {
    const repeat = `npm run fuzz -- --seed ${seed} --from ${first + at}`
    assert.is(printed[load], '', repeat)
    assert.equal(differingLines(printTable(listing(printed[list])), printTable(ruleset)), [], repeat)
  }
  return steps.reduce((sum, { ruleset }) => sum + countRules(ruleset), 0)
}

process.stdout.write(`random policies of seeds fixed and ${freshSeed} (RAMPART_RANDOM_SEED)\n`)
const available = kernelAvailable()
if (available.ok) laws.run()
else skipLoudly(available.reason)
