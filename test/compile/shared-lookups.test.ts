/** Lists in force and lists that are tried out share lookups: edit after edit, the table is the one from nothing. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Compilation } from '../../src/compile/compilation.ts'
import { compileHost } from '../../src/compile/compile-host.ts'
import { asFile, type PolicyReading, readPolicy } from '../../src/pipeline.ts'
import { resolveHost } from '../../src/resolve/resolve-host.ts'
import { printTable } from '../../src/ruleset/print-table.ts'
import { type Dice, diceOf } from '../fakes/dice.ts'
import { randomHostFacts } from '../fakes/random-policy.ts'
import { allow, deny, e0, e1, policy, staged, tcpTo, udpTo } from '../kernel/packet-policies.ts'

const test = suite('shared lookups')

/** Some of them so long that they become one lookup, and few, so that they are often the same. */
function someRules(dice: Dice): readonly object[] {
  const [count, first] = [dice.pick([0, 3, 12, 14]), dice.pick([100, 200])]
  const [action, to] = [dice.pick([allow, deny]), dice.pick([tcpTo, udpTo])]
  return Array.from({ length: count }, (_, at) => action(to(first + at)))
}

function somePolicy(dice: Dice, name: string): object {
  const passes = dice.chance(0.2) ? [{ action: 'Pass', protocol: 'TCP' }] : []
  const rules = () => [...someRules(dice), ...passes, ...someRules(dice)]
  const selector = dice.pick(["hep == 'e0'", "hep == 'e1'", 'has(hep)'])
  const spec = { order: dice.below(9), selector, types: ['Ingress', 'Egress'], applyOnForward: dice.chance(0.3) }
  return dice.pick([policy, staged])(name, { ...spec, ingress: rules(), egress: rules() })
}

const names = Array.from({ length: 10 }, (_, at) => `policy-${at}`)

test('compileHost() gives after each of random edits of lists that share lookups what it gives from nothing', () => {
  let shared = 0
  for (let index = 0; index < 12; index++) {
    const dice = diceOf(`shared ${index}`)
    const policies = new Map(names.map((name) => [name, somePolicy(dice, name)]))
    let reading: PolicyReading | undefined
    let before: Compilation | undefined
    for (let edit = 0; edit < 10; edit++) {
      const documents = [e0(), e1(), ...policies.values()]
      const files = documents.map((one, at) => asFile({ path: `${at}.yaml`, text: JSON.stringify(one) }))
      reading = readPolicy(files, reading)
      const input = {
        policySet: reading.value,
        facts: randomHostFacts,
        failsafes: 'minimal',
        controlPorts: [],
      } as const
      const view = resolveHost(input).value
      const now: Compilation = compileHost(view, { before })
      const what = `${index} ${edit}`
      assert.is(printTable(now.ruleset), printTable(compileHost(view).ruleset), what)
      assert.is(now.ruleset.counters.size, [...now.ruleset.counters].length, what)
      shared += [...now.ruleset.sets.keys()].filter((name) => name.startsWith('staged/merged/')).length
      before = now
      const name = dice.pick(names)
      policies.set(name, somePolicy(dice, name))
    }
  }
  assert.ok(shared > 500)
})

test.run()
