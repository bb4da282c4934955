import { deepStrictEqual } from 'node:assert'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type PolicyReading, readPolicy } from '../../src/pipeline.ts'
import type { HostView, WorkloadView } from '../../src/policy/host-view.ts'
import type { NetworkPolicy } from '../../src/policy/network-policy.ts'
import { rulesChange } from '../../src/resolve/asked-change.ts'
import { resolveHost } from '../../src/resolve/resolve-host.ts'
import { type Dice, diceOf } from '../fakes/dice.ts'
import { documentOf, fileOf } from '../validate/policy-files.ts'

const test = suite('rulesChange')

const policy = (name: string) => ({ name, ingress: [], egress: [] }) as unknown as NetworkPolicy
const [a, b, c, d] = [policy('a'), policy('b'), policy('c'), policy('d')]
const profiles: [] = []
const listOf = (...policies: readonly NetworkPolicy[]) => ({
  tiers: [{ name: 'default', defaultAction: 'Deny', policies } as const],
  profiles,
})
type List = ReturnType<typeof listOf>
const nothing = listOf(a)
const owner = (ingress: List) => ({ workload: {}, lists: { ingress, egress: nothing } }) as unknown as WorkloadView
const endpoint = (normal: List) => {
  const lists = { ingress: normal, egress: nothing }
  const others = { untracked: lists, preDnat: lists, forward: lists }
  return { endpoint: {}, interfaces: '*', lists: { ...others, normal: lists } } as unknown as WorkloadView
}

test('rulesChange() gives the rules of the policies that came and went', () => {
  const same = owner(listOf(c))
  assert.equal(rulesChange([same], [same]), { gone: [], come: [] })
  const change = rulesChange([owner(listOf(a, b, c)), same], [owner(listOf(a, d, c)), same])
  assert.is(change?.gone.length, 1)
  assert.is(change?.gone[0], b.ingress)
  assert.is(change?.come.length, 1)
  assert.is(change?.come[0], d.ingress)
})

test('rulesChange() looks once at lists that owners share, and at each list that became the same', () => {
  const [before, other, now] = [listOf(a, b), listOf(a, c), listOf(a)]
  const shared = rulesChange([owner(before), owner(before)], [owner(now), owner(now)])
  assert.is(shared?.gone.length, 1)
  const merged = rulesChange([owner(before), owner(other)], [owner(now), owner(now)])
  assert.ok(merged?.gone.some((rules) => rules === b.ingress))
  assert.ok(merged?.gone.some((rules) => rules === c.ingress))
})

test('rulesChange() does not say what changed between other owners, other tiers and other profiles', () => {
  const list = listOf(a, b)
  assert.is(rulesChange([owner(list)], []), undefined)
  assert.is(rulesChange([endpoint(list)], [owner(list)]), undefined)
  assert.is(rulesChange([owner(list)], [owner({ ...list, tiers: [] })]), undefined)
  assert.is(rulesChange([owner(list)], [owner({ ...list, profiles: [] })]), undefined)
})

/** One endpoint that gets all of them; few selectors and names, so that some are asked by one policy alone. */
function randomPolicy(dice: Dice, name: string): string {
  const sources = [
    "{selector: role == 'a'}",
    "{selector: role == 'b'}",
    "{selector: role == 'c'}",
    '{nets: [10.0.0.0/8]}',
  ]
  const rules = Array.from({ length: 1 + dice.below(2) }, () => {
    const ports = dice.chance(0.3) ? `, destination: {ports: [${dice.pick(['web', 'db'])}]}` : ''
    return `- {action: Allow, protocol: TCP, source: ${dice.pick(sources)}${ports}}`
  })
  return documentOf('GlobalNetworkPolicy', name, `selector: all()\ningress:\n${rules.join('\n')}`)
}

test('resolveHost() knows after edits of policies what rules ask, as from nothing', () => {
  const facts = { node: 'n', interfaces: [{ name: 'eth0', up: true, master: undefined, addresses: [] }] }
  const host = documentOf(
    'HostEndpoint',
    'h',
    'node: n\ninterfaceName: eth0\nports: [{name: web, protocol: TCP, port: 80}]',
  )
  const port = documentOf('WorkloadEndpoint', 'w', 'node: m\nports: [{name: db, protocol: TCP, port: 5432}]')
  let less = 0
  for (let seed = 0; seed < 20; seed++) {
    const dice = diceOf(`asked ${seed}`)
    const texts = new Map([
      ['h', host],
      ['w', port],
    ])
    for (const name of ['p0', 'p1', 'p2', 'p3']) texts.set(name, randomPolicy(dice, name))
    let [reading, view]: [PolicyReading | undefined, HostView | undefined] = [undefined, undefined]
    for (let step = 0; step < 15; step++) {
      const name = `p${dice.below(6)}`
      if (dice.chance(0.2)) texts.delete(name)
      else texts.set(name, randomPolicy(dice, name))
      const files = [...texts].map(([path, text]) => fileOf(`${path}.yaml`, text))
      reading = readPolicy(files, reading)
      const input = { policySet: reading.value, facts, failsafes: 'minimal', controlPorts: [] } as const
      const found: HostView = resolveHost(input, view).value
      deepStrictEqual(
        found,
        resolveHost({ ...input, policySet: readPolicy(files).value }).value,
        `seed ${seed}, step ${step}`,
      )
      if (view !== undefined && found.peers.size < view.peers.size) less++
      view = found
    }
  }
  assert.ok(less > 20, `${less} times something was asked no more`)
})

test.run()
