import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readPolicy } from '../../src/pipeline.ts'
import type { NetworkPolicy } from '../../src/policy/network-policy.ts'
import { PolicyIndex } from '../../src/resolve/policy-index.ts'
import { type Dice, diceOf } from '../fakes/dice.ts'
import { filesOf } from '../fakes/plain-document.ts'
import { randomPolicy } from '../fakes/random-policy.ts'

const test = suite('PolicyIndex')

const values = ['a', 'b', 'c']
const labels = values.map((value) => new Map([['role', value]]))

/** Each with an order and a selector of its own. */
function somePolicies(dice: Dice): readonly NetworkPolicy[] {
  const [model] = readPolicy(filesOf(randomPolicy(dice))).value.policies
  if (model === undefined) throw new Error('there is no policy')
  return Array.from({ length: 40 }, (_, at) =>
    selecting({ ...model, name: `policy-${at}`, order: dice.below(9) }, dice),
  )
}

function selecting(policy: NetworkPolicy, dice: Dice): NetworkPolicy {
  const one = { type: 'compare', label: 'role', operator: '==', value: dice.pick(values) } as const
  return { ...policy, selector: dice.chance(0.2) ? { type: 'not', operand: one } : one }
}

test('selecting() says after any number of changes what an index from nothing says', () => {
  const dice = diceOf('policy index')
  let policies = somePolicies(dice)
  let index = new PolicyIndex(policies)
  for (let change = 0; change < 60; change++) {
    const chosen = dice.below(policies.length)
    policies = policies.flatMap((policy, at) => {
      if (at !== chosen) return [policy]
      return dice.chance(0.3) ? [] : [selecting({ ...policy, order: dice.below(9) }, dice)]
    })
    index = new PolicyIndex(policies, index)
    if (dice.chance(0.3)) continue
    const fresh = new PolicyIndex(policies)
    for (const one of labels) assert.equal(index.selecting(one), fresh.selecting(one), `change ${change}`)
  }
  assert.ok(policies.length > 10)
})

test.run()
