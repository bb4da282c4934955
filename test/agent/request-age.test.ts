import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RequestAge } from '../../src/agent/request-age.ts'

const test = suite('RequestAge')
const dayMs = 86_400_000

test('observeApplied() counts from the oldest request on a clock that only grows, whatever is set meanwhile', () => {
  for (const setByMs of [0, dayMs, -dayMs]) {
    const seen: (readonly [string, number])[] = []
    let monotonicMs = 5_000
    let nowMs = 100 * dayMs
    const age = new RequestAge({ monotonicMs: () => monotonicMs, now: () => new Date(nowMs) })
    age.ask()
    monotonicMs += 2_000
    age.ask()
    age.serve()
    monotonicMs += 1_000
    nowMs += 3_000 + setByMs
    const committedAt = new Date(100 * dayMs)
    const revision = { commit: 'a', committedAt, subject: '', allows: [] }
    age.observeApplied({ observeEnforced: (since, seconds) => void seen.push([since, seconds]) }, revision)
    assert.equal(seen, [
      ['trigger', 3],
      ['commit', Math.max(0, 3 + setByMs / 1000)],
    ])
  }
})

test.run()
