/** What a run reads of a new tip. */

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { enforced } from '../fakes/careful-run.ts'
import { webEndpoint, webPolicy } from '../fakes/policy-folder.ts'

test('takeTip() reads the files that a commit changed, also after a commit that was refused', async () => {
  const careful = await enforced()
  const readings = () => careful.memory.reading?.files ?? []
  const first = readings()
  careful.commit('b', { 'web.yaml': webEndpoint, 'policy.yaml': 'kind: [' })
  assert.is((await careful.go('schedule')).outcome.type, 'invalid')
  assert.is(readings()[1], first[1])
  assert.is.not(readings()[0], first[0])
  careful.commit('c', { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(8443) })
  assert.is((await careful.go('schedule')).outcome.type, 'converged')
  assert.equal(
    readings().map(({ path }) => path),
    ['policy.yaml', 'web.yaml'],
  )
  assert.is(readings()[1], first[1])
})

test('compileFor() goes on from what was compiled before, also past a commit that was refused', async () => {
  const careful = await enforced()
  const chain = (name: string) => careful.memory.compilation?.ruleset.chains.get(name)
  const names = [...(careful.memory.compilation?.ruleset.chains.keys() ?? [])]
  const before = new Map(names.map((name) => [name, chain(name)]))
  careful.commit('b', { 'web.yaml': webEndpoint, 'policy.yaml': 'kind: [' })
  assert.is((await careful.go('schedule')).outcome.type, 'invalid')
  careful.commit('c', { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(8443) })
  assert.is((await careful.go('schedule')).outcome.type, 'converged')
  const changed = names.filter((name) => chain(name) !== before.get(name))
  assert.equal(changed, ['ingress/web-1-eth0/policy'])
})

test.run()
