import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { diff } from '../../src/diff/diff.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import { emptyMemory } from '../../src/reconcile/memory.ts'
import { run } from '../../src/reconcile/run.ts'
import type { RunSettings } from '../../src/reconcile/run-context.ts'
import { compileFiles } from '../bench/compile-files.ts'
import { filesOfChange } from '../bench/generate-changes.ts'
import { type GeneratedFile, generatedNode, generatePolicies, rulesPerPolicy } from '../bench/generate-policies.ts'
import { quickApply } from '../fakes/quick-apply.ts'
import { createWorld, type World } from '../fakes/run-ports.ts'

const test = suite('converge')

const settings: RunSettings = {
  ...{ node: generatedNode, failsafes: 'minimal', controlPorts: [] },
  ...{ apply: quickApply, allowed: [] },
}

const policies = 500
const start = [
  ...generatePolicies({ ruleCount: policies * rulesPerPolicy, variant: 'mixed', edition: 0 }),
  ...filesOfChange("the host's label changed", 0, policies),
]

const asWorldFiles = (files: readonly GeneratedFile[]) =>
  Object.fromEntries(files.map(({ path, text }) => [path, text]))

/** The scripts of a run after which another label brings one policy and takes another. */
async function scriptsOfChange(prepare: (world: World) => void): Promise<readonly string[]> {
  const files = asWorldFiles(start)
  const world = createWorld({ files, facts: { node: generatedNode, interfaces: [] } })
  const signal = new AbortController().signal
  const { memory } = await run(world.ports, settings, { triggers: ['start'], memory: emptyMemory, signal })
  world.files = { ...files, ...asWorldFiles(filesOfChange("the host's label changed", 1, policies)) }
  world.commit = 'b'.repeat(40)
  prepare(world)
  const before = world.scripts.length
  const { outcome } = await run(world.ports, settings, { triggers: ['webhook'], memory, signal })
  assert.is(outcome.type, 'converged')
  const changed = compileFiles(Object.entries(world.files).map(([path, text]) => ({ path, text })))
  assert.equal(diff(changed, world.live).changes, [])
  return world.scripts.slice(before)
}

const costly = /^(add (rule|element)|delete) /m

test('converge() spares nft the counters where there are very many: what no packet meets goes afterwards', async () => {
  const scripts = await scriptsOfChange((world) => {
    world.fillsChains = true
  })
  assert.equal(
    scripts.map((script) => costly.test(script)),
    [false, true],
  )
  assert.match(scripts[1] ?? '', /^delete counter inet rampart gnp\/stage-one\/ingress\/0$/m)
})

test('converge() takes one transaction of the usual kind where nft leaves out the rules of a chain', async () => {
  const scripts = await scriptsOfChange(() => undefined)
  assert.equal(
    scripts.map((script) => costly.test(script)),
    [true],
  )
})

test('converge() writes the whole table when what is left over cannot be deleted', async () => {
  const scripts = await scriptsOfChange((world) => {
    world.fillsChains = true
    world.onLoad = () => {
      world.loadFault = new HostError('nft-refused', 'in use')
      world.onLoad = () => undefined
    }
  })
  assert.is(scripts.length, 2)
  assert.ok(scripts[1]?.startsWith('table inet rampart\ndelete table inet rampart\n'), scripts[1]?.slice(0, 80))
})

test.run()
