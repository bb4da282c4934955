import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { describePlan } from '../../src/diff/describe-plan.ts'
import { diff } from '../../src/diff/diff.ts'
import { printReplacement } from '../../src/diff/print-script.ts'
import { HostError } from '../../src/reconcile/host-error.ts'
import { emptyMemory, type Memory } from '../../src/reconcile/memory.ts'
import type { Trigger } from '../../src/reconcile/outcome.ts'
import { type RunReport, run } from '../../src/reconcile/run.ts'
import type { RunSettings } from '../../src/reconcile/run-context.ts'
import { emptyRuleset, type Ruleset } from '../../src/ruleset/ruleset.ts'
import { quickApply } from '../fakes/quick-apply.ts'
import { createWorld, type World } from '../fakes/run-ports.ts'

const test = suite('run')
const settings: RunSettings = {
  node: 'web-1',
  failsafes: 'minimal',
  controlPorts: [],
  apply: quickApply,
  allowed: [],
}

const endpoint = `apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: {name: web-1-eth0, labels: {role: web}}
spec: {node: web-1, interfaceName: eth0}
`
const policy = (port: number): string => `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: web}
spec:
  selector: role == 'web'
  ingress:
    - {action: Allow, protocol: TCP, destination: {ports: [${port}]}}
`
const broken = policy(443).replace('Allow', 'Alow')

function go(world: World, memory: Memory, ...triggers: readonly Trigger[]): Promise<RunReport> {
  return run(world.ports, settings, { triggers, memory, signal: new AbortController().signal })
}

async function converged(): Promise<{ readonly world: World; readonly memory: Memory }> {
  const world = createWorld({ files: { 'a.yaml': endpoint, 'b.yaml': policy(443) } })
  const report = await go(world, emptyMemory, 'start')
  assert.is(report.outcome.type, 'converged')
  return { world, memory: report.memory }
}

function isAllowed(live: Ruleset | undefined, port: number): boolean {
  const rules = [...(live?.chains.values() ?? [])].flatMap((chain) => chain.rules)
  return rules.some((rule) =>
    rule.matches.some(
      (match) => match.type === 'port' && match.ranges[0]?.from === port && rule.comment?.includes('/web '),
    ),
  )
}

test('run() writes the whole table first, reads it back and saves it', async () => {
  const { world } = await converged()
  assert.is(world.scripts.length, 1)
  assert.ok(world.scripts[0]?.startsWith('table inet rampart\ndelete table inet rampart\n'))
  assert.is(world.reads, 2)
  assert.is(world.lastGood?.script, world.scripts[0])
  assert.ok(isAllowed(world.live, 443))
})

test('run() does not touch or read the kernel when git has nothing new', async () => {
  const { world, memory } = await converged()
  const before = { scripts: world.scripts.length, reads: world.reads }
  const { outcome } = await go(world, memory, 'schedule')
  assert.equal([outcome.type, world.scripts.length, world.reads], ['converged', before.scripts, before.reads])
})

test('run() applies a new commit as a delta', async () => {
  const { world, memory } = await converged()
  world.files = { ...world.files, 'b.yaml': policy(8443) }
  world.commit = 'b'.repeat(40)
  const report = await go(world, memory, 'webhook')
  assert.is(report.outcome.type === 'converged' && report.outcome.changes, 2)
  assert.equal(report.drift, [])
  assert.not.match(world.scripts.at(-1) ?? '', /delete table/)
  assert.ok(isAllowed(world.live, 8443) && !isAllowed(world.live, 443))
  assert.is(report.memory.enforced?.revision.commit, world.commit)
})

test('DV-8: run() refuses a revision with errors and keeps the one before it', async () => {
  const { world, memory } = await converged()
  world.files = { ...world.files, 'b.yaml': broken }
  world.commit = 'b'.repeat(40)
  const { outcome, memory: after } = await go(world, memory, 'webhook')
  assert.is(outcome.type === 'invalid' && outcome.diagnostics[0]?.span?.source.path, 'b.yaml')
  assert.is(outcome.type === 'invalid' && outcome.kept?.commit, 'a'.repeat(40))
  assert.is(world.scripts.length, 1)
  assert.is(after.enforced?.revision.commit, 'a'.repeat(40))
})

test('run() heals drift while the tip is invalid', async () => {
  const { world, memory } = await converged()
  const before = world.live
  world.files = { ...world.files, 'b.yaml': broken }
  world.commit = 'b'.repeat(40)
  world.live = emptyRuleset
  const report = await go(world, memory, 'sync')
  assert.is(report.outcome.type, 'invalid')
  assert.ok(report.drift.length > 0)
  assert.equal(describePlan(diff(world.live ?? emptyRuleset, before)), [])
})

test('run() heals drift while git fails, and says why git failed', async () => {
  const { world, memory } = await converged()
  world.live = undefined
  world.fetchFault = new HostError('git-unreachable', 'git.example.org refused the connection')
  const { outcome, drift } = await go(world, memory, 'sync')
  assert.is(outcome.type === 'failed' && outcome.stage, 'fetch')
  assert.ok(drift.length > 0)
  assert.ok(isAllowed(world.live, 443))
})

test('run() for drift alone looks at the kernel only, and repairs what was enforced', async () => {
  const { world, memory } = await converged()
  world.files = { 'b.yaml': broken }
  world.commit = 'b'.repeat(40)
  world.fetchFault = new HostError('git-unreachable', 'must not be asked')
  world.live = undefined
  const { outcome, drift, memory: after } = await go(world, memory, 'drift')
  assert.is(outcome.type === 'converged' && outcome.revision.commit, 'a'.repeat(40))
  assert.ok(outcome.type === 'converged' && outcome.changes > 0)
  assert.is(drift[0]?.object, 'table')
  assert.ok(isAllowed(world.live, 443))
  assert.equal(after, memory)
  assert.ok(world.fetchFault !== undefined, 'git was not asked')
  const again = await go(world, memory, 'drift')
  assert.equal([again.outcome.type === 'converged' && again.outcome.changes, again.drift], [0, []])
})

test('run() for drift beside another reason, or before anything was enforced, asks git as well', async () => {
  const { world, memory } = await converged()
  world.commit = 'b'.repeat(40)
  const { outcome } = await go(world, memory, 'drift', 'webhook')
  assert.is(outcome.type === 'converged' && outcome.revision.commit, world.commit)
  const { world: fresh } = await converged()
  assert.is((await go(createWorld({ files: fresh.files }), emptyMemory, 'drift')).outcome.type, 'converged')
})

test('run() enforces what the state folder holds after a start without git', async () => {
  const { world } = await converged()
  const restarted = createWorld({
    lastGood: world.lastGood ?? {
      revision: { commit: '', committedAt: undefined, subject: '', allows: [] },
      script: '',
    },
  })
  restarted.fetchFault = new HostError('git-unreachable', 'down')
  const { outcome, memory, drift } = await go(restarted, emptyMemory, 'start')
  assert.is(outcome.type === 'failed' && outcome.kept?.commit, 'a'.repeat(40))
  assert.is(memory.enforced?.revision.commit, 'a'.repeat(40))
  assert.equal(drift, [], 'an empty kernel after a start is a reboot')
  assert.ok(isAllowed(restarted.live, 443))
})

test('run() does nothing to the kernel when it never had a policy', async () => {
  const world = createWorld({ files: { 'b.yaml': broken } })
  const { outcome } = await go(world, emptyMemory, 'start')
  assert.is(outcome.type === 'invalid' && outcome.kept, undefined)
  assert.equal([world.scripts, world.reads], [[], 0])
})

test('run() writes the whole table when nft refuses the delta', async () => {
  const { world, memory } = await converged()
  world.files = { ...world.files, 'b.yaml': policy(8443) }
  world.commit = 'b'.repeat(40)
  world.loadFault = new HostError('nft-refused', 'No such file or directory')
  const { outcome } = await go(world, memory, 'webhook')
  assert.is(outcome.type, 'converged')
  assert.match(world.scripts.at(-1) ?? '', /^table inet rampart\ndelete table inet rampart\n/)
  assert.ok(isAllowed(world.live, 8443))
})

test('run() takes a change back when the kernel holds something else than was loaded', async () => {
  const world = createWorld({ files: { 'a.yaml': endpoint, 'b.yaml': policy(443) } })
  const { kernel } = world.ports
  const seen = [undefined, emptyRuleset]
  const deaf = { ...world.ports, kernel: { ...kernel, read: async () => seen.shift() } }
  const { outcome, memory, revert } = await run(deaf, settings, {
    triggers: ['start'],
    memory: emptyMemory,
    signal: new AbortController().signal,
  })
  assert.equal([outcome.type, revert?.reason], ['reverted', 'unverified'])
  assert.is(world.live, undefined)
  assert.equal(world.setAside?.retryAt, new Date(15 * 60_000), 'another program may have been at work')
  assert.is(memory.enforced, undefined)
})

test('run() saves again after the disk was full', async () => {
  const { world, memory } = await converged()
  world.files = { ...world.files, 'b.yaml': policy(8443) }
  world.commit = 'b'.repeat(40)
  world.saveFault = new HostError('state-unwritable', 'no space left on device')
  const failed = await go(world, memory, 'webhook')
  assert.is(failed.outcome.type === 'failed' && failed.outcome.stage, 'save')
  assert.ok(isAllowed(world.live, 8443), 'the kernel has the new policy all the same')
  await go(world, failed.memory, 'retry')
  assert.is(world.lastGood?.revision.commit, 'b'.repeat(40))
  assert.is(world.lastGood?.script, printReplacement(world.live))
})

test('run() ends without a word about git when it is aborted', async () => {
  const { world, memory } = await converged()
  world.fetchFault = new HostError('aborted', 'stopped')
  const { outcome } = await go(world, memory, 'schedule')
  assert.is(outcome.type === 'failed' && outcome.error.code, 'aborted')
})

test('run() refuses an untrusted tip unread, goes on enforcing, and takes it when it is trusted', async () => {
  const { world, memory } = await converged()
  assert.equal([world.bases, memory.policy?.tipIsTrusted], [[undefined], false])
  const kept = world.commit
  Object.assign(world, { commit: 'b'.repeat(40), files: { 'a.yaml': broken } })
  world.verification = { type: 'untrusted', reason: 'commit b is not signed' }
  world.live = emptyRuleset
  const refused = await go(world, memory, 'sync')
  const { outcome } = refused
  assert.is(outcome.type === 'untrusted' && outcome.reason, 'commit b is not signed')
  assert.equal(
    [outcome.type === 'untrusted' && outcome.kept?.commit, refused.memory.policy?.revision.commit],
    [kept, kept],
  )
  assert.ok(isAllowed(world.live, 443), 'the kept policy is healed')
  assert.is(world.lastGood?.revision.commit, kept)
  world.files = { 'a.yaml': endpoint, 'b.yaml': policy(8443) }
  world.verification = { type: 'trusted', signer: 'ada', warnings: [] }
  const taken = await go(world, refused.memory, 'schedule')
  assert.equal([taken.outcome.type, taken.memory.policy?.tipIsTrusted], ['converged', true])
  assert.equal(world.bases, [undefined, kept, kept])
})

test('run() asks about the tip against what the state folder says after a restart', async () => {
  const { world } = await converged()
  await go(world, emptyMemory, 'start')
  assert.equal(world.bases, [undefined, world.commit])
})

test.run()
