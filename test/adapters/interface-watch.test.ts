import { execFileSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../src/adapters/clock.ts'
import { InterfaceWatch, type InterfaceWatchOptions } from '../../src/adapters/interface-watch.ts'
import { childrenNamed } from '../fakes/child-processes.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { until } from '../fakes/until.ts'

const test = suite('InterfaceWatch')
const stopping = new AbortController()

// a failed test must not leave the watcher behind
test.after(() => stopping.abort())

function watchInterfaces(options: InterfaceWatchOptions, signal: AbortSignal): Promise<void> {
  return new InterfaceWatch(options).run(signal)
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args)
}

test('InterfaceWatch.run() tells once of a burst of changes, and again of the next', async () => {
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

test('InterfaceWatch.run() tells of changes that do not end', async () => {
  const ending = new AbortController()
  let changes = 0
  const onChange = (): void => void changes++
  const options = { clock: systemClock, onChange, onFault: assert.unreachable, quietMs: 3_600_000, longestMs: 50 }
  const ended = watchInterfaces(options, ending.signal)
  await until('two changes', () => {
    ip('link', 'set', 'lo', 'up')
    ip('link', 'set', 'lo', 'down')
    return changes > 1
  })
  ending.abort()
  await ended
})

test('InterfaceWatch.run() ends when it is stopped before it began', async () => {
  const ending = new AbortController()
  const ended = watchInterfaces(
    { clock: systemClock, onChange: assert.unreachable, onFault: assert.unreachable },
    ending.signal,
  )
  ending.abort()
  await ended
  assert.equal(childrenNamed('ip'), [])
})

test('InterfaceWatch.run() starts ip again when it was killed, and counts its return as a change', async () => {
  const clock = { ...systemClock, sleep: (_: number, signal: AbortSignal) => systemClock.sleep(10, signal) }
  const ending = new AbortController()
  let changes = 0
  const faults: string[] = []
  const options = {
    clock,
    onChange: () => void changes++,
    onFault: (why: string) => void faults.push(why),
    quietMs: 20,
  }
  const ended = watchInterfaces(options, ending.signal)
  await until('the watcher', () => childrenNamed('ip').length === 1)
  const [killed = 0] = childrenNamed('ip')
  process.kill(killed, 'SIGKILL')
  await until('its return', () => changes > 0 && childrenNamed('ip').some((pid) => pid !== killed))
  assert.is(faults.length, 1)
  assert.match(faults[0] ?? '', /^ip monitor ended with /)
  const before = changes
  await until('a change that the new one sees', () => {
    ip('link', 'add', 'b0', 'type', 'veth', 'peer', 'name', 'b1')
    ip('link', 'delete', 'b0')
    return changes > before
  })
  ending.abort()
  await ended
  assert.equal(childrenNamed('ip'), [])
})

test('InterfaceWatch.heard() tells whether anything changed, and nothing while nobody listens', async () => {
  const ending = new AbortController()
  const clock = { ...systemClock, sleep: (_: number, signal: AbortSignal) => systemClock.sleep(10, signal) }
  const watch = new InterfaceWatch({ clock, onChange: () => undefined, onFault: () => undefined })
  assert.is(watch.heard(), undefined)
  const ended = watch.run(ending.signal)
  await until('that it listens', () => watch.heard() !== undefined)
  const before = watch.heard()
  assert.is(watch.heard(), before)
  ip('link', 'add', 'c0', 'type', 'veth', 'peer', 'name', 'c1')
  await until('the change', () => (watch.heard() ?? before) !== before)
  const [watcher = 0] = childrenNamed('ip')
  process.kill(watcher, 'SIGSTOP')
  ip('link', 'delete', 'c0')
  assert.is(watch.heard(), undefined, 'what it has not read yet may be anything')
  process.kill(watcher, 'SIGKILL')
  await until('another watcher', () => watch.heard() !== undefined && !childrenNamed('ip').includes(watcher))
  assert.is.not(watch.heard(), before)
  ending.abort()
  await ended
  assert.is(watch.heard(), undefined)
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
