import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readPolicy } from '../../src/pipeline.ts'
import { resolveHost } from '../../src/resolve/resolve-host.ts'
import {
  allow,
  deny,
  e0,
  e1,
  filesOf,
  labFacts,
  policy,
  staged,
  stagedDelete,
  workload,
} from '../kernel/packet-policies.ts'

const resolve = (...documents: readonly object[]) =>
  resolveHost({
    policySet: readPolicy(filesOf({ documents })).value,
    facts: labFacts(),
    failsafes: 'minimal',
    controlPorts: [],
  })

/** Of the first staged policy: the endpoints with their lists in a direction, `e0: a b`. */
function listsIn(documents: readonly object[], direction: 'ingress' | 'egress' = 'ingress'): readonly string[] {
  const [view] = resolve(...documents).value.staged
  const named = view?.endpoints.map(({ endpoint, lists }) => [endpoint.name, lists.normal] as const) ?? []
  const others = view?.workloads.map((one) => [one.workload.name, one.lists] as const) ?? []
  return [...named, ...others].map(([name, lists]) => {
    const policies = lists[direction].tiers.flatMap((tier) => tier.policies)
    return `${name}: ${policies.map((one) => one.name).join(' ')}`
  })
}

const b = policy('b', { order: 2, ingress: [deny()] })

test('stagedViews() puts a staged policy in its place by order, for the endpoints that it selects', () => {
  const documents = [e0(), e1(), b, staged('a', { order: 1, ingress: [allow()] })]
  assert.equal(listsIn(documents), ['e0: a b'])
  assert.equal(listsIn(documents, 'egress'), ['e0: '])
})

test('stagedViews() replaces the policy of the same name, also where only that one selected the endpoint', () => {
  const other = policy('c', { order: 3, ingress: [deny()] })
  assert.equal(listsIn([e0(), b, other, staged('b', { order: 4, ingress: [allow()] })]), ['e0: c b'])
  const elsewhere = staged('b', { selector: "hep == 'e1'", ingress: [allow()] })
  assert.equal(listsIn([e0(), e1(), b, other, elsewhere]), ['e0: c', 'e1: b'])
})

test('stagedViews() takes a policy away for a Delete, of its own kind and name alone', () => {
  const namespaced = {
    ...policy('b', { ingress: [allow()] }),
    kind: 'NetworkPolicy',
    metadata: { name: 'b', namespace: 'default' },
  }
  const everything = [e0(), b, namespaced, workload('w', 'cali1', { ipNetworks: ['10.65.0.2'] })]
  assert.equal(listsIn([...everything, stagedDelete('b')]), ['e0: '])
  const deleteNamespaced = {
    ...stagedDelete('b'),
    kind: 'StagedNetworkPolicy',
    metadata: { name: 'b', namespace: 'default' },
  }
  const selecting = { ...namespaced, spec: { selector: 'has(app)', ingress: [allow()] } }
  assert.equal(listsIn([...everything.filter((one) => one !== namespaced), selecting, deleteNamespaced]), ['w: '])
})

test('stagedViews() leaves out what concerns nothing here, and resolves the peers of what does', () => {
  const peer = (name: string, selector: string) =>
    staged(name, { ingress: [allow({ source: { selector: `role == '${name}'` } })], selector })
  const { value } = resolve(e0(), peer('here', "hep == 'e0'"), peer('nowhere', "hep == 'e9'"), stagedDelete('nothing'))
  assert.equal(
    value.staged.map((view) => view.policy.name),
    ['here'],
  )
  assert.equal([...value.peers.keys()], ['role == "here"'])
})

test('stagedViews() tries out 100 policies and says so when there are more', () => {
  const many = Array.from({ length: 102 }, (_, at) => staged(`s${1000 + at}`, { ingress: [allow()] }))
  const { value, diagnostics } = resolve(e0(), ...many)
  assert.is(value.staged.length, 100)
  assert.equal(
    diagnostics.map(({ code, message }) => `${code}: ${message}`),
    ['too-many-staged-policies: 102 staged policies concern h1: only 100 are tried out, from "s1100" on none'],
  )
  assert.equal(resolve(e0(), ...many.slice(2)).diagnostics, [])
})

test.run()
