/** The listener against the real kernel: what it tells, and that its death, its silence and lost events are noticed. */

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemClock } from '../../src/adapters/clock.ts'
import { readListener } from '../../src/adapters/netlink-listener.ts'
import { watchRuleset } from '../../src/adapters/ruleset-watch.ts'
import { childrenNamed } from '../fakes/child-processes.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { until } from '../fakes/until.ts'

interface Context {
  lines: string[]
  faults: string[]
  listening: number
  stopping: AbortController
  ended: Promise<void>
}

const test = suite<Context>('watchRuleset', {
  lines: [],
  faults: [],
  listening: 0,
  stopping: new AbortController(),
  ended: Promise.resolve(),
})

test.before.each(async (context) => {
  execFileSync('nft', ['flush ruleset'])
  Object.assign(context, { lines: [], faults: [], listening: 0, stopping: new AbortController() })
  // What takes seconds in the agent takes milliseconds here
  const clock = { ...systemClock, sleep: (ms: number, signal: AbortSignal) => systemClock.sleep(ms / 10, signal) }
  context.ended = watchRuleset(
    {
      clock,
      onLine: (line) => context.lines.push(line),
      onFault: (reason) => context.faults.push(reason),
      onListening: () => {
        context.listening++
      },
    },
    context.stopping.signal,
  )
  await until('that it listens', () => context.listening === 1)
})
test.after.each(async ({ stopping, ended }) => {
  stopping.abort()
  await ended
  assert.equal(childrenNamed('nft'), [], 'nothing is left of it')
})

test('watchRuleset() tells every change from the moment on that it says so, and who made it', async ({ lines }) => {
  execFileSync('nft', ['add table inet rampart; add counter inet rampart hits'])
  await until('the generation', () => lines.some((line) => line.startsWith('# new generation')))
  assert.equal(lines.slice(0, 2), ['add table inet rampart', 'add counter inet rampart hits { packets 0 bytes 0 } '])
  assert.match(lines[2] ?? '', /^# new generation \d+ by process \d+ \(nft\)$/)
})

test('watchRuleset() starts it again when it was killed', async (context) => {
  const [killed = 0] = childrenNamed('nft')
  process.kill(killed, 'SIGKILL')
  await until('that it listens again', () => context.listening === 2)
  assert.equal(context.faults, ['it ended with a signal'])
  execFileSync('nft', ['add table inet rampart'])
  await until('a change', () => context.lines.includes('add table inet rampart'))
})

test('watchRuleset() replaces one that was stopped and does not read any more', async (context) => {
  const [stopped = 0] = childrenNamed('nft')
  process.kill(stopped, 'SIGSTOP')
  execFileSync('nft', ['add table inet rampart'])
  await until('that it listens again', () => context.listening === 2)
  assert.match(context.faults.join(), /^it does not read: \d+ bytes wait$/)
  assert.not(childrenNamed('nft').includes(stopped))
})

test('watchRuleset() tells that events were lost when there were too many', async (context) => {
  const [stopped = 0] = childrenNamed('nft')
  process.kill(stopped, 'SIGSTOP')
  const rules = 'add rule inet rampart c ip saddr 192.0.2.1 tcp dport 80 counter accept\n'.repeat(40_000)
  const script = `table inet rampart { chain c { }\n}\n${rules}`
  execFileSync('nft', ['-f', '-'], { input: script })
  execFileSync('nft', ['flush chain inet rampart c'])
  process.kill(stopped, 'SIGCONT')
  const told = (): boolean => context.lines.some((line) => line.startsWith('# ERROR: We lost some netlink events'))
  await until('the loss, or a new listener', () => told() || context.listening > 1)
})

test('readListener() finds no listener where there is none', () => {
  assert.is(readListener(process.pid, 'rulesets'), undefined)
  assert.is(readListener(undefined, 'rulesets'), undefined)
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
