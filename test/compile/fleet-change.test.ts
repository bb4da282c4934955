/** Endpoints of other hosts and network sets change: the table is the one from nothing, and what the change does not touch is the very same. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { diff } from '../../src/diff/diff.ts'
import { printScript } from '../../src/diff/print-script.ts'
import { networkOf } from '../../src/net/cidr.ts'
import { compileForHost, type HostCompilation } from '../../src/pipeline.ts'
import { anybody } from '../../src/policy/expiry.ts'
import type { HostEndpoint } from '../../src/policy/host-endpoint.ts'
import type { PolicySet } from '../../src/policy/policy-set.ts'
import { deriveFacts } from '../../src/resolve/derive-facts.ts'
import { originOf } from '../../src/ruleset/edited-elements.ts'
import { printTable } from '../../src/ruleset/print-table.ts'
import { portNames, randomLabels, selectorOf } from '../bench/fleet-words.ts'
import { generatePolicySet, ipv4, localNode } from '../bench/generate-policy-set.ts'
import { type Dice, diceOf } from '../fakes/dice.ts'

const test = suite('fleet-change')

const generated = generatePolicySet({ endpoints: 600, policies: 150, local: 8, networkSets: 40 })
const asking = ['all()', 'has(role)', "env != 'dev'", 'has(purpose)', "purpose == 'nobody-yet'"]
/** With rules about nearly everybody, so that every form of set is there. */
const fleet: PolicySet = {
  ...generated,
  policies: generated.policies.map((policy, index) => {
    const text = asking[index]
    if (text === undefined) return policy
    const destination = index === 0 ? { ...anybody, namedPorts: portNames } : anybody
    const source = { ...anybody, selector: selectorOf(text) }
    const ingress = policy.ingress.map((rule) => ({ ...rule, source, destination }))
    return { ...policy, tier: 'default', selector: selectorOf('all()'), ingress }
  }),
}
const facts = deriveFacts(fleet, localNode)

function compiled(policySet: PolicySet, before?: HostCompilation): HostCompilation {
  return compileForHost({ policySet, facts, failsafes: 'minimal', controlPorts: [] }, before).value
}

function replaced<Item>(list: readonly Item[], at: number, change: (item: Item) => Item): readonly Item[] {
  return list.map((item, index) => (index === at ? change(item) : item))
}

/** Of an endpoint its address, labels or ports; of a network set its networks; or one that comes or goes. */
function edited(dice: Dice, set: PolicySet): PolicySet {
  const { hostEndpoints, networkSets } = set
  const place = dice.below(hostEndpoints.length)
  if (hostEndpoints[place]?.node === localNode) return set
  const endpoint = (change: (one: HostEndpoint) => HostEndpoint): PolicySet => ({
    ...set,
    hostEndpoints: replaced(hostEndpoints, place, change),
  })
  const other = ipv4(dice.chance(0.5) ? dice.below(600) : 0xff_00_00 + dice.below(9))
  switch (dice.below(6)) {
    case 0:
      return endpoint((one) => ({ ...one, expectedIPs: [other] }))
    case 1:
      return endpoint((one) => ({ ...one, labels: randomLabels(dice) }))
    case 2:
      return endpoint((one) => ({
        ...one,
        ports: dice.some(portNames, 2).map((name) => ({ name, protocol: 6, port: 8000 + dice.below(2) })),
      }))
    case 3:
      return { ...set, hostEndpoints: hostEndpoints.toSpliced(place, 1) }
    case 4:
      return {
        ...set,
        networkSets: replaced(networkSets, dice.below(networkSets.length), (one) => ({
          ...one,
          nets: one.nets.slice(1).concat(networkOf(other, 24 + dice.below(9))),
        })),
      }
    default:
      return {
        ...set,
        networkSets: replaced(networkSets, dice.below(networkSets.length), (one) => ({
          ...one,
          labels: new Map([['purpose', dice.chance(0.5) ? 'nobody-yet' : 'purpose-1']]),
        })),
      }
  }
}

function parts({ ruleset }: HostCompilation): ReadonlyMap<string, object> {
  return new Map<string, object>([...ruleset.chains, ...ruleset.sets, ...ruleset.maps])
}

test('compileForHost() gives after each of random edits of a fleet what it gives from nothing, and the same plan', () => {
  const types = new Set<string>()
  for (let index = 0; index < 4; index++) {
    const dice = diceOf(`fleet ${index}`)
    let policySet = fleet
    let [before, freshBefore] = [compiled(policySet), compiled(policySet)]
    for (let edit = 0; edit < 25; edit++) {
      policySet = dice.chance(0.1) ? fleet : edited(dice, edited(dice, policySet))
      const now = compiled(policySet, before)
      const fresh = compiled(policySet)
      assert.is(printTable(now.ruleset), printTable(fresh.ruleset), `edit ${index} ${edit}`)
      assert.equal(new Map(now.counters), new Map(fresh.counters))
      const plan = diff(now.ruleset, before.ruleset)
      assert.is(printScript(plan), printScript(diff(fresh.ruleset, freshBefore.ruleset)), `edit ${index} ${edit}`)
      for (const change of plan.changes) types.add(change.type)
      ;[before, freshBefore] = [now, fresh]
    }
  }
  assert.ok(types.has('set-elements') && types.has('set') && types.has('replace-rules'), [...types].join())
})

test('compileForHost() edits the sets that a moved endpoint is in, and no other part becomes another object', () => {
  const at = fleet.hostEndpoints.findIndex(({ node, ports }) => node !== localNode && ports.length > 0)
  const before = compiled(fleet)
  const moved = {
    ...fleet,
    hostEndpoints: replaced(fleet.hostEndpoints, at, (one) => ({ ...one, expectedIPs: [ipv4(0xff_00_01)] })),
  }
  const now = compiled(moved, before)
  const fresh = parts(compiled(moved))
  const expected = [...parts(before)].filter(([name, part]) => printed(part) !== printed(fresh.get(name)))
  const [then, later] = [parts(before), parts(now)]
  const others = [...later].filter(([name, part]) => then.get(name) !== part)
  assert.equal(others.map(([name]) => name).sort(), expected.map(([name]) => name).sort())
  assert.ok(others.some(([name]) => name.startsWith('ports')))
  assert.ok(others.some(([, part]) => 'interval' in part && part.interval))
  assert.is(now.ruleset.chains, before.ruleset.chains)
  assert.is(now.remains.stations, before.remains.stations)
  // a small one is not worth an edit
  for (const { name, elements } of [...now.ruleset.sets.values()].filter((set) => set.elements.size > 50))
    assert.ok(originOf(elements) === originOf(before.ruleset.sets.get(name)?.elements ?? new Set<string>()), name)
})

function printed(part: object | undefined): string {
  return JSON.stringify(part, (_, value: unknown) =>
    value instanceof Set || value instanceof Map ? [...value].sort() : value,
  )
}

test.run()
