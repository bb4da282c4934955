/** What resolveHost() makes of the view before it is what it makes from nothing, and what did not change is the same object. */

import { deepStrictEqual } from 'node:assert'
import { suite } from 'uvu'
import type { HostView } from '../../src/policy/host-view.ts'
import { resolveHost } from '../../src/resolve/resolve-host.ts'
import { diceOf } from '../fakes/dice.ts'
import { edited, type Revision, randomRevision } from './random-revision.ts'

const test = suite('resolveHost() with a view before')

function resolve({ policySet, facts }: Revision, before?: HostView) {
  return resolveHost({ policySet, facts, failsafes: 'minimal', controlPorts: [] }, before)
}

/** Of a copy of the set that nothing is known about. */
function fromNothing({ policySet, facts }: Revision) {
  return resolve({ policySet: { ...policySet }, facts })
}

test('after any edits it equals the view from nothing, whichever view came before', () => {
  for (let seed = 0; seed < 80; seed++) {
    const dice = diceOf(`edits ${seed}`)
    let revision = randomRevision(dice)
    const views = [resolve(revision).value]
    for (let step = 0; step < 20; step++) {
      revision = dice.chance(0.02) ? randomRevision(dice) : edited(revision, dice)
      const before = dice.chance(0.8) ? views.at(-1) : dice.pick(views)
      const found = resolve(revision, before)
      const expected = fromNothing(revision)
      const where = `seed ${seed}, step ${step}`
      deepStrictEqual(found, expected, where)
      // maps are compared without their order
      for (const map of ['peers', 'namedPorts'] as const)
        deepStrictEqual([...found.value[map].keys()], [...expected.value[map].keys()], where)
      views.push(found.value)
    }
  }
})

test.run()
