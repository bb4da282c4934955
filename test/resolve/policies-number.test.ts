import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readPolicy } from '../../src/pipeline.ts'
import type { NetworkPolicy } from '../../src/policy/network-policy.ts'
import { policiesNumber } from '../../src/resolve/policies-number.ts'
import { changedPolicies } from '../../src/resolve/policy-change.ts'
import { diceOf } from '../fakes/dice.ts'
import { filesOf } from '../fakes/plain-document.ts'
import { randomPolicy } from '../fakes/random-policy.ts'

const test = suite('policiesNumber')

const dice = diceOf('numbers')
const [model] = readPolicy(filesOf(randomPolicy(dice))).value.policies

function policy(order: number): NetworkPolicy {
  if (model === undefined) throw new Error('there is no policy')
  return { ...model, name: `policy-${order}`, order }
}

test('policiesNumber() gives a list after any number of changes the number of an equal list from nothing', () => {
  const stock = Array.from({ length: 60 }, (_, order) => policy(order))
  let list: readonly NetworkPolicy[] = stock.filter(() => dice.chance(0.5))
  policiesNumber(list)
  for (let change = 0; change < 300; change++) {
    const present = new Set(list)
    const gone = dice.some(stock, 3)
    const come = dice.some(
      stock.filter((one) => !present.has(one)),
      3,
    )
    list = changedPolicies(list, { gone: gone.filter((one) => !come.includes(one)), come })
    assert.is(policiesNumber(list), policiesNumber([...list]), `change ${change}`)
  }
})

test('policiesNumber() tells all lists of three of forty policies apart', () => {
  const stock = Array.from({ length: 40 }, (_, order) => policy(order))
  const lists = stock.flatMap((a, at) =>
    stock.slice(at + 1).flatMap((b, from) => stock.slice(at + from + 2).map((c) => [a, b, c])),
  )
  assert.is(lists.length, 9880)
  assert.is(new Set(lists.map(policiesNumber)).size, lists.length)
})

test.run()
