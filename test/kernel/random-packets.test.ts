/** Random packets through real tables of random policies: the kernel and the evaluator agree on every one. */

import { randomBytes } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Coverage } from '../fakes/coverage.ts'
import { kernelAvailable } from '../fakes/kernel.ts'
import { packetRows, policyRows } from '../fakes/met-coverage.ts'
import { randomCase } from '../fakes/random-case.ts'
import { skipLoudly } from '../fakes/skip.ts'
import { InjectionLab } from './injection-lab.ts'
import { findKernelDispute } from './kernel-dispute.ts'
import { randomLabPlan } from './lab-plans.ts'

const random = suite('random packets')

const policies = 30
const freshSeed = process.env.RAMPART_RANDOM_SEED ?? randomBytes(4).toString('hex')
/** What decides in each list. What only leads on is rare among so few policies: the differential test sees to it. */
const decisions = policyRows.filter((row) =>
  /gress: (Allow|Deny|tier ends with Deny|end of list)$|^decided by/.test(row),
)
let lab: InjectionLab | undefined

random.before(() => {
  lab = new InjectionLab(randomLabPlan)
})
random.after(() => lab?.remove())

for (const seed of ['fixed', freshSeed])
  random(
    `the kernel and trace() agree on more than 1000 packets of ${policies} random policies of seed ${seed}`,
    () => {
      if (lab === undefined) throw new Error('there is no lab')
      const coverage = new Coverage()
      for (const index of richPolicies(seed)) {
        const dispute = findKernelDispute(`${seed} ${index}`, lab, coverage)
        if (dispute !== undefined) assert.unreachable(`${dispute}\nnpm run fuzz -- --seed ${seed} --from ${index}`)
      }
      process.stdout.write(`${coverage.print()}\n`)
      const carried = coverage.total('verdict allow') + coverage.total('verdict deny')
      assert.ok(carried > 1000, `${carried} packets`)
      assert.ok(
        coverage.total('left out') < carried / 5,
        `the kernel does not carry ${coverage.total('left out')} packets`,
      )
      // the other seed meets about as much, but nobody knows what
      if (seed === 'fixed')
        assert.equal(
          [...coverage.rarerThan(1, packetRows), ...decisions.filter((row) => coverage.total(row) === 0)],
          [],
        )
    },
  )

/** Numbers of policies that have many kinds of rules. */
function richPolicies(seed: string): readonly number[] {
  const kinds = (index: number): number => randomCase(`${seed} ${index}`).stock.aims.length
  return Array.from({ length: 8 * policies }, (_, index) => ({ index, kinds: kinds(index) }))
    .sort((left, right) => right.kinds - left.kinds)
    .slice(0, policies)
    .map(({ index }) => index)
}

process.stdout.write(`random policies of seeds fixed and ${freshSeed} (RAMPART_RANDOM_SEED)\n`)
const available = kernelAvailable()
if (available.ok) random.run()
else skipLoudly(available.reason)
