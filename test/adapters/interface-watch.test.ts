import { execFileSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../src/adapters/clock.ts'
import { watchInterfaces } from '../../src/adapters/interface-watch.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { until } from '../fakes/until.ts'

const test = suite('watchInterfaces')
const stopping = new AbortController()

// a failed test must not leave the watcher behind
test.after(() => stopping.abort())

function ip(...args: readonly string[]): void {
  execFileSync('ip', args)
}

test('watchInterfaces() tells once of a burst of changes, and again of the next', async () => {
  let changes = 0
  const options = { clock: systemClock, onChange: () => void changes++, onFault: assert.unreachable, quietMs: 20 }
  const ended = watchInterfaces(options, stopping.signal)
  ip('link', 'add', 'a0', 'type', 'veth', 'peer', 'name', 'a1')
  // the watcher says nothing when it is ready
  await until('a change', () => {
    ip('link', 'set', 'a0', 'up')
    ip('link', 'set', 'a0', 'down')
    return changes > 0
  })
  await delay(300)
  const before = changes
  ip('address', 'add', '192.0.2.2/32', 'dev', 'a0')
  ip('address', 'add', '192.0.2.3/32', 'dev', 'a0')
  ip('link', 'delete', 'a0')
  await until('the next change', () => changes > before)
  await delay(300)
  assert.is(changes, before + 1)
  stopping.abort()
  await ended
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
