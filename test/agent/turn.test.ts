import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Turn } from '../../src/agent/turn.ts'

const test = suite('Turn')
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('take() lets one after the other work, in order of arrival, also after one threw', async () => {
  const turn = new Turn()
  const told: string[] = []
  const work = (name: string): Promise<void> =>
    turn.take(async () => {
      told.push(`${name} begins`)
      await soon()
      told.push(`${name} ends`)
      if (name === 'b') throw new Error('b')
    })
  const [, b] = await Promise.allSettled([work('a'), work('b'), work('c')])
  assert.is(b.status, 'rejected')
  assert.equal(told, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
})

test('leave() lets others have it, and gives it back when they have ended', async () => {
  const turn = new Turn()
  const told: string[] = []
  let answer = (): void => {}
  const first = turn.take(async () => {
    const git = new Promise<void>((resolve) => {
      answer = resolve
    })
    await turn.leave(() => git)
    told.push('a goes on')
  })
  const second = turn.take(async () => {
    told.push('b begins')
    answer()
    await soon()
    await soon()
    told.push('b ends')
  })
  await Promise.all([first, second])
  assert.equal(told, ['b begins', 'b ends', 'a goes on'])
})

test.run()
