import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readPolicy } from '../../src/pipeline.ts'
import type { NetworkPolicy } from '../../src/policy/network-policy.ts'
import type { Labels } from '../../src/policy/resource.ts'
import { PolicyIndex } from '../../src/resolve/policy-index.ts'
import { type Dice, diceOf } from '../fakes/dice.ts'
import { filesOf } from '../fakes/plain-document.ts'
import { randomPolicy } from '../fakes/random-policy.ts'
import { labels as randomLabels, selector } from './random-rules.ts'

const test = suite('PolicyIndex')

const values = ['a', 'b', 'c']
const labels = values.map((value) => new Map([['role', value]]))

const [model] = readPolicy(filesOf(randomPolicy(diceOf('policy index')))).value.policies

function named(name: string, dice: Dice): NetworkPolicy {
  if (model === undefined) throw new Error('there is no policy')
  return { ...model, name, order: dice.below(9) }
}

/** Each with an order and a selector of its own. */
function somePolicies(dice: Dice, length = 40): readonly NetworkPolicy[] {
  return Array.from({ length }, (_, at) => selecting(named(`policy-${at}`, dice), dice))
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

test('selectingSince() says after any changes of policies and labels what an index from nothing says', () => {
  let kept = 0
  for (let seed = 0; seed < 30; seed++) {
    const dice = diceOf(`labels ${seed}`)
    const make = (name: string): NetworkPolicy => ({ ...named(name, dice), selector: selector(dice) })
    let policies: readonly NetworkPolicy[] = Array.from({ length: 40 }, (_, at) => make(`policy-${at}`))
    let index = new PolicyIndex(policies)
    let known = selectionIn(index, randomLabels(dice))
    for (let change = 0; change < 40; change++) {
      const before = index
      if (dice.chance(0.6)) {
        const chosen = dice.pick(policies)
        const others = policies.filter((policy) => policy !== chosen)
        const come = [...(dice.chance(0.7) ? [chosen.name] : []), ...(dice.chance(0.3) ? [`more-${change}`] : [])]
        policies = [...others, ...come.map(make)].sort((one, other) => (one.name < other.name ? -1 : 1))
        index = new PolicyIndex(policies, index)
      }
      const labels = dice.chance(0.2) ? known.labels : randomLabels(dice)
      const applying = index.selectingSince(before, known, labels)
      assert.equal(applying, new PolicyIndex(policies).selecting(labels), `seed ${seed}, change ${change}`)
      if (applying === known.applying) kept++
      known = { labels, applying }
    }
  }
  assert.ok(kept > 100, `${kept} lists were kept`)
})

test('selectingSince() keeps the list when no policy decides otherwise about other labels', () => {
  const policies = somePolicies(diceOf('kept'))
  const index = new PolicyIndex(policies)
  const known = selectionIn(index, new Map([['role', 'a']]))
  assert.is(
    index.selectingSince(
      index,
      known,
      new Map([
        ['role', 'a'],
        ['stage', 'one'],
      ]),
    ),
    known.applying,
  )
})

test('selectingSince() says so too where so many name a label that they are not tried one by one', () => {
  const dice = diceOf('many')
  const policies = somePolicies(dice, 600)
  const index = new PolicyIndex(policies)
  const [a, b] = [new Map([['role', 'a']]), new Map([['role', 'b']])]
  assert.equal(index.selectingSince(index, selectionIn(index, a), b), new PolicyIndex(policies).selecting(b))
})

function selectionIn(index: PolicyIndex, one: Labels) {
  return { labels: one, applying: index.selecting(one) }
}

test.run()
