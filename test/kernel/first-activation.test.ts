/** A connection that stands before the first ruleset, and on which only the peer speaks. */

import { execFileSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../src/adapters/clock.ts'
import { openKernel } from '../../src/adapters/nft.ts'
import { emptyMemory } from '../../src/reconcile/memory.ts'
import { run } from '../../src/reconcile/run.ts'
import { plugIn } from '../fakes/cables.ts'
import { Namespaces } from '../fakes/kernel.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { quickApply } from '../fakes/quick-apply.ts'
import { createWorld } from '../fakes/run-ports.ts'
import { Talker } from '../fakes/talker.ts'

const test = suite('first activation')
const tickMs = 50

const outgoing = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: outgoing}
spec:
  selector: role == 'web'
  egress: [{action: Allow}]
`

/** Enforces a first ruleset that lets everything out and nothing in, under a connection to a peer that keeps talking. */
async function activateUnderWay(delayMs: number): Promise<{ readonly survived: boolean }> {
  const namespaces = new Namespaces()
  const cable = { name: 'eth0', ours: ['192.0.2.10/24'], theirs: ['192.0.2.1/24'], gateways: [] }
  const peer = new Talker(plugIn(namespaces, cable))
  const host = new Talker()
  try {
    await peer.listen('tcp', 7000)
    await host.connect('news', { protocol: 'tcp', address: '192.0.2.1', port: 7000 })
    peer.chat('at-7000', tickMs)
    await host.hears('news', 'tick')
    const world = createWorld({ files: { 'web.yaml': webEndpoint, 'in.yaml': webPolicy(443), 'out.yaml': outgoing } })
    const ports = { ...world.ports, kernel: openKernel(), clock: systemClock }
    const apply = { ...quickApply, firstActivationDelayMs: delayMs }
    const settings = { node: 'web-1', failsafes: 'minimal', controlPorts: [], allowed: [], apply } as const
    const signal = new AbortController().signal
    const { outcome } = await run(ports, settings, { triggers: ['start'], memory: emptyMemory, signal })
    assert.is(outcome.type, 'converged')
    // what was under way is over, and a retransmission would have come
    await delay(300)
    const before = host.heard('news').length
    await delay(700)
    return { survived: host.heard('news').length > before }
  } finally {
    for (const one of [peer, host]) one.leave()
    execFileSync('nft', ['flush ruleset'])
    namespaces.remove()
    execFileSync('sh', ['-c', 'ip link delete eth0 2>/dev/null || true'])
  }
}

test('DV-12: a connection on which only the peer speaks survives a first activation that waits', async () => {
  assert.equal(await activateUnderWay(1_000), { survived: true })
})

test('without the wait it stalls: what the peer sends is judged as a connection that the peer opens', async () => {
  assert.equal(await activateUnderWay(0), { survived: false })
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
