import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { diff } from '../../src/diff/diff.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import { emptyMemory, type Memory } from '../../src/reconcile/memory.ts'
import { type RunReport, run } from '../../src/reconcile/run.ts'
import type { Part, Parts } from '../../src/ruleset/part.ts'
import { readTable } from '../../src/ruleset/read-table.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'
import { quickApply } from '../fakes/quick-apply.ts'
import { createWorld, type World } from '../fakes/run-ports.ts'

const test = suite('reconcile/repair-parts')

const files = {
  'a.yaml': `apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: web-1-eth0, labels: {role: web}}
spec: {node: web-1, interfaceName: eth0}
`,
  'b.yaml': `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: web}
spec:
  selector: role == 'web'
  ingress:
    - {action: Allow, source: {nets: [10.0.0.0/8, 192.0.2.0/24]}}
`,
}
const settings = { node: 'web-1', failsafes: 'minimal', controlPorts: [], apply: quickApply, allowed: [] } as const
const input: Part = { type: 'rules', of: 'input' }
const ways: Part = { type: 'elements', of: 'interfaces/ingress' }

class Tampered {
  private readonly memory: Memory
  readonly world: World
  readonly desired: Ruleset

  private constructor(world: World, memory: Memory, desired: Ruleset) {
    this.world = world
    this.memory = memory
    this.desired = desired
  }

  /** A world that has converged, and in which somebody added a rule to `input`. */
  static async open(): Promise<Tampered> {
    const world = createWorld({ files })
    const { signal } = new AbortController()
    const { memory } = await run(world.ports, settings, { triggers: ['start'], memory: emptyMemory, signal })
    const desired = world.live
    if (desired === undefined) throw new Error('nothing converged')
    const tampered = new Tampered(world, memory, desired)
    tampered.addRule('input')
    world.reads = 0
    world.scripts.length = 0
    return tampered
  }

  addRule(name: string): void {
    const chain = this.world.live?.chains.get(name)
    const [added] = readTable('table inet rampart {\n\tchain c {\n\t\tdrop\n\t}\n}\n')?.chains.get('c')?.rules ?? []
    if (this.world.live === undefined || chain === undefined || added === undefined) throw new Error(`no chain ${name}`)
    const chains = new Map([...this.world.live.chains, [name, { ...chain, rules: [...chain.rules, added] }]])
    this.world.live = { ...this.world.live, chains }
  }

  repair(parts: Parts): Promise<RunReport> {
    const request = { triggers: ['drift'], parts, memory: this.memory, signal: new AbortController().signal } as const
    return run(this.world.ports, settings, request)
  }

  differences(): number {
    return diff(this.desired, this.world.live).changes.length
  }
}

const changesOf = ({ outcome }: RunReport): unknown => (outcome.type === 'converged' ? outcome.changes : outcome)

test('repairParts() repairs the chain that was changed, says how, and reads nothing else', async () => {
  const tampered = await Tampered.open()
  const report = await tampered.repair([input, ways])
  assert.is(changesOf(report), 1)
  assert.equal(
    report.drift.map(({ object, name }) => `${object} ${name}`),
    ['rule input'],
  )
  assert.is(tampered.differences(), 0)
  assert.is(tampered.world.reads, 0)
  assert.is(changesOf(await tampered.repair([input])), 0)
  assert.is(tampered.world.scripts.length, 1)
})

test('repairParts() leaves what else was changed to the comparison of everything', async () => {
  const tampered = await Tampered.open()
  tampered.addRule('output')
  await tampered.repair([input])
  assert.is(tampered.differences(), 1)
  assert.is(changesOf(await tampered.repair('everything')), 1)
  assert.is(tampered.differences(), 0)
})

test('repairParts() leaves all to that comparison when a part is not ours, or is gone', async () => {
  const tampered = await Tampered.open()
  for (const parts of [[input, { type: 'rules', of: 'mine' }], [{ type: 'elements', of: 'mine' }]] as const) {
    tampered.world.live = tampered.desired
    tampered.addRule('output')
    assert.is(changesOf(await tampered.repair(parts)), 1)
  }
  assert.is(tampered.world.reads, 2)
  tampered.world.live = undefined
  await tampered.repair([input])
  assert.is(tampered.differences(), 0)
})

test('repairParts() leaves all to that comparison when nft refuses what the parts need', async () => {
  const tampered = await Tampered.open()
  tampered.addRule('output')
  tampered.world.loadFault = new HostError('nft-refused', 'No such file or directory')
  const report = await tampered.repair([input])
  assert.is(changesOf(report), 2)
  assert.is(report.drift.length, 2)
  assert.is(tampered.differences(), 0)
})

test('repairParts() fails where the host does', async () => {
  const tampered = await Tampered.open()
  tampered.world.loadFault = new HostError('nft-missing', 'there is no program nft')
  const { outcome } = await tampered.repair([input])
  assert.is(outcome.type === 'failed' && outcome.stage, 'apply')
})

test.run()
