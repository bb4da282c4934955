import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  commentText,
  endpointChain,
  endpointCounter,
  partName,
  policyChain,
  ruleCounters,
  workloadName,
} from '../../src/compile/names.ts'
import { compileCase } from '../golden/golden-cases.ts'
import { allow, endpoint, filesOf, labFacts, policy, profile, tcpTo } from '../kernel/packet-policies.ts'

/** NFT_NAME_MAXLEN without the closing zero. */
const kernelLimit = 255
const long = (letter: string): string => `${letter.repeat(63)}.`.repeat(4).slice(0, 253)

test('names stay within what the kernel takes, however long the policy names are', () => {
  const documents = [
    endpoint(long('e'), { interfaceName: 'eth0', profiles: [long('p')] }, { hep: 'e0' }),
    profile(long('p'), {
      ingress: Array.from({ length: 300 }, (_, at) => allow(tcpTo(`${2 * at + 1}:${2 * at + 2}`))),
    }),
    policy(`${'n'.repeat(126)}.${'m'.repeat(126)}`, {
      egress: Array.from({ length: 20 }, (_, at) => allow(tcpTo(at + 1))),
    }),
  ]
  const { ruleset } = compileCase({ facts: labFacts(), files: filesOf({ documents }) })
  const names = [...ruleset.counters, ...ruleset.sets.keys(), ...ruleset.maps.keys(), ...ruleset.chains.keys()]
  assert.ok(names.length > 300)
  assert.equal(
    names.filter((name) => name.length > kernelLimit),
    [],
  )
})

test('names of different things differ, also when they are cut', () => {
  const names = ['a', 'b'].map((end) => `${'x'.repeat(251)}${end}`)
  const all = names.flatMap((name) => [
    endpointChain('forward/ingress', name),
    policyChain(endpointChain('forward/ingress', name)),
    policyChain(endpointChain('ingress', name)),
    partName('chain', name),
    partName(`chain/${name}`, name),
    endpointCounter(name, 'egress', 'denied'),
    workloadName({ namespace: 'one', name }),
    workloadName({ namespace: 'two', name }),
    ruleCounters({ kind: 'Profile', namespace: undefined, name }, 'ingress'),
    ruleCounters({ kind: 'GlobalNetworkPolicy', namespace: undefined, name }, 'ingress'),
    ruleCounters({ kind: 'NetworkPolicy', namespace: 'one', name }, 'ingress'),
    ruleCounters({ kind: 'NetworkPolicy', namespace: 'two', name }, 'ingress'),
  ])
  assert.is(new Set(all).size, all.length)
  assert.ok(all.every((name) => name.length <= kernelLimit))
})

test('commentText() keeps what nft lists as it was written: at most 128 printable characters, no double quote', () => {
  assert.is(commentText('role == "ünïque"\n\t'), "role == '?n?que'??")
  assert.is(commentText('x'.repeat(128)), 'x'.repeat(128))
  for (const text of ['x'.repeat(129), '✓'.repeat(2000), `"${'\n'.repeat(500)}`]) {
    assert.match(commentText(text), /^[ !#-~]{128}$/)
  }
})

test('commentText() keeps apart rules of a policy with a long name, and long selectors that differ in the middle', () => {
  const origin = (at: number): string => commentText(`GlobalNetworkPolicy/${'x'.repeat(200)} ingress[${at}]`)
  assert.is.not(origin(0), origin(1))
  assert.match(origin(17), / ingress\[17\]$/)
  const [a, b] = ['a', 'b'].map((middle) => commentText(`${'x'.repeat(200)}${middle}${'x'.repeat(200)}`))
  assert.is.not(a, b)
})

test.run()
