import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runCommand } from '../../src/adapters/command.ts'
import { listNamespaces } from '../../src/adapters/namespaces.ts'
import { type Addresses, bastion, forge, gatewayInside, gatewayOutside, world } from '../../src/demo/addresses.ts'
import { buildLab, type Lab, removeAbandonedLabs } from '../../src/demo/lab.ts'
import type { LabWorker } from '../../src/demo/worker-client.ts'
import { kernelAvailable } from '../fakes/kernel.ts'
import { skipLoudly } from '../fakes/skip.ts'

const test = suite('lab')
const worker = {
  program: process.execPath,
  args: ['--import', 'tsx', new URL('./lab-worker.ts', import.meta.url).pathname],
}

async function namespacesOf(pid: number | undefined): Promise<readonly string[]> {
  return (await listNamespaces()).filter((name) => name.startsWith(`rampart-${pid}-`))
}

const kernel = kernelAvailable()
if (kernel.ok) {
  test('buildLab() connects both families when it is up, refuses what nobody serves, and close() removes all', async () => {
    const lab = await buildLab(worker, AbortSignal.timeout(20_000))
    try {
      assert.is((await namespacesOf(process.pid)).length, 5)
      await lab.gateway.listen({ tcp: [22], udp: [53] })
      await lab.forge.listen({ tcp: [443], udp: [] })
      await assertConnected(lab)
      await assertFirewallSeen(lab)
    } finally {
      await lab.close()
    }
    assert.equal(await namespacesOf(process.pid), [])
  })

  test('buildLab() removes what it built when it is aborted on the way', async () => {
    await buildLab(worker, AbortSignal.abort()).then(
      () => assert.unreachable('did not throw'),
      () => undefined,
    )
    assert.equal(await namespacesOf(process.pid), [])
  })

  test('buildLab() removes what it built and says why when the helper cannot start', async () => {
    const lab = await buildLab({ program: 'rampart-no-such-helper', args: [] }, AbortSignal.timeout(20_000))
    try {
      await lab.gateway.listen({ tcp: [22], udp: [] })
      assert.unreachable('did not throw')
    } catch (error) {
      assert.match(String(error), /the helper in rampart-\d+-gateway failed/)
    } finally {
      await lab.close()
    }
    assert.equal(await namespacesOf(process.pid), [])
  })

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    test(`interruptible() lets a process remove its lab when ${signal} comes`, async () => {
      const pid = await endHolder(signal)
      assert.equal(await namespacesOf(pid), [])
    })
  }

  test('removeAbandonedLabs() removes a lab when its process was killed', async () => {
    const pid = await endHolder('SIGKILL')
    assert.is((await namespacesOf(pid)).length, 5)
    assert.ok((await removeAbandonedLabs()) >= 5)
    assert.equal(await namespacesOf(pid), [])
  })
} else {
  skipLoudly(kernel.reason)
}

async function assertConnected(lab: Lab): Promise<void> {
  const ways: readonly (readonly [LabWorker, Addresses, Addresses, 'tcp' | 'udp', number])[] = [
    [lab.internet, world, gatewayOutside, 'tcp', 22],
    [lab.lan, bastion, gatewayInside, 'udp', 53],
    [lab.gateway, gatewayOutside, forge, 'tcp', 443],
  ]
  for (const [from, own, other, protocol, port] of ways) {
    for (const family of ['v4', 'v6'] as const) {
      const probe = { protocol, from: own[family], to: other[family], port, timeoutMs: 1000 }
      assert.is(await from.probe(probe), 'open', `${protocol} ${own[family]} -> ${other[family]} ${port}`)
    }
  }
  const nobody = { protocol: 'tcp', from: world.v4, to: gatewayOutside.v4, port: 81, timeoutMs: 1000 } as const
  assert.is(await lab.internet.probe(nobody), 'refused')
}

async function assertFirewallSeen(lab: Lab): Promise<void> {
  const table = 'table inet t {\n chain c {\n type filter hook input priority 0\n tcp dport 22 drop\n }\n}\n'
  const load = lab.inside('gateway', { program: 'nft', args: ['-f', '-'] })
  assert.is((await runCommand({ ...load, input: table, timeoutMs: 5000 })).exitCode, 0)
  const probe = { protocol: 'tcp', from: world.v6, to: gatewayOutside.v6, port: 22, timeoutMs: 50 } as const
  assert.is(await lab.internet.probe(probe), 'silent')
  const opened = lab.internet.knock(probe, 5000)
  const unload = lab.inside('gateway', { program: 'nft', args: ['delete', 'table', 'inet', 't'] })
  assert.is((await runCommand({ ...unload, timeoutMs: 5000 })).exitCode, 0)
  assert.is(await opened, 'open')
}

/** Starts a process that holds a lab, ends it by the signal, and gives its process id when it is gone. */
async function endHolder(signal: NodeJS.Signals): Promise<number> {
  const script = new URL('./hold-lab.ts', import.meta.url).pathname
  const holder = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(holder, 'exit')
  await Promise.race([once(holder.stdout, 'data'), ended])
  const pid = holder.pid ?? 0
  assert.is((await namespacesOf(pid)).length, 5, 'the lab is up')
  holder.kill(signal)
  await Promise.race([ended, delay(10_000, undefined, { ref: false })])
  assert.ok(holder.exitCode !== null || holder.signalCode !== null, 'it ended in time')
  return pid
}

test.run()
