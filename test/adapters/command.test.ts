import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runCommand, runOrFail } from '../../src/adapters/command.ts'
import { HostError } from '../../src/reconcile/host-error.ts'

const test = suite('command')

test('runCommand() hands back output and exit code when the program fails', async () => {
  const result = await runCommand({
    program: 'sh',
    args: ['-c', 'cat; echo bad >&2; exit 3'],
    input: 'in\n',
    timeoutMs: 5000,
  })
  assert.equal(result, { end: 'exited', exitCode: 3, stdout: 'in\n', stderr: 'bad\n' })
})

test('runCommand() gives end of file when there is no input', async () => {
  const result = await runCommand({ program: 'cat', args: [], timeoutMs: 5000 })
  assert.equal(result, { end: 'exited', exitCode: 0, stdout: '', stderr: '' })
})

test('runCommand() passes PATH, LC_ALL and what was asked for, and no other variable', async () => {
  process.env.RAMPART_TEST_SECRET = 'leaks'
  const result = await runCommand({ program: 'env', args: [], env: { EXTRA: 'yes' }, timeoutMs: 5000 })
  delete process.env.RAMPART_TEST_SECRET
  const names = result.stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.slice(0, line.indexOf('='))]))
  assert.equal(names.sort(), ['EXTRA', 'LC_ALL', 'PATH'])
  assert.match(result.stdout, /^LC_ALL=C$/m)
})

test('runCommand() says that the program is missing when there is none', async () => {
  const result = await runCommand({ program: 'rampart-no-such-program', args: [], timeoutMs: 5000 })
  assert.is(result.end, 'missing')
  assert.is(result.exitCode, 127)
  assert.match(result.stderr, 'rampart-no-such-program cannot be run: ENOENT')
})

test('runCommand() says that the program was killed when a signal ended it', async () => {
  const result = await runCommand({ program: 'sh', args: ['-c', 'echo before >&2; kill -KILL $$'], timeoutMs: 5000 })
  assert.equal(result, { end: 'killed', exitCode: 137, stdout: '', stderr: 'before\nsh was ended by SIGKILL' })
})

test('runCommand() ends the grandchildren too when the time is over', async () => {
  const startedAt = Date.now()
  const result = await runCommand({ program: 'sh', args: ['-c', 'sleep 4567.25 & sleep 4567.25'], timeoutMs: 200 })
  assert.is(result.end, 'timed-out')
  assert.is(result.exitCode, 124)
  assert.ok(Date.now() - startedAt < 3000, 'bounded')
  assert.not.match(await runningPrograms(), 'sleep 4567.25')
})

test('runCommand() kills a program that ignores SIGTERM when the time is over', async () => {
  const startedAt = Date.now()
  await runCommand({ program: 'sh', args: ['-c', 'trap "" TERM; while :; do sleep 4567.5; done'], timeoutMs: 200 })
  assert.ok(Date.now() - startedAt < 4000, 'bounded')
  assert.not.match(await runningPrograms(), 'sleep 4567.5')
})

test('runCommand() throws aborted and leaves no process when the signal aborts', async () => {
  const abort = new AbortController()
  const running = runCommand({ program: 'sleep', args: ['4567.75'], timeoutMs: 60_000, signal: abort.signal })
  await delay(100)
  abort.abort()
  await assertAborted(running)
  assert.not.match(await runningPrograms(), 'sleep 4567.75')
})

test('runCommand() starts nothing when the signal was aborted before', async () => {
  await assertAborted(runCommand({ program: 'sleep', args: ['9'], timeoutMs: 9000, signal: AbortSignal.abort() }))
})

test('runOrFail() gives what the program printed, and throws what it complained about when it fails', async () => {
  assert.is(await runOrFail({ program: 'echo', args: ['hello'], timeoutMs: 5000 }), 'hello\n')
  try {
    await runOrFail({ program: 'sh', args: ['-c', 'echo no >&2; exit 1'], timeoutMs: 5000 })
    assert.unreachable('did not throw')
  } catch (error) {
    assert.is(error instanceof HostError && error.code, 'command-failed')
    assert.match(String(error), 'sh -c echo no >&2; exit 1 failed: no')
  }
})

async function assertAborted(running: Promise<unknown>): Promise<void> {
  try {
    await running
  } catch (error) {
    assert.instance(error, HostError)
    assert.is(error instanceof HostError && error.code, 'aborted')
    return
  }
  assert.unreachable('did not throw')
}

async function runningPrograms(): Promise<string> {
  const listed = await runCommand({
    program: 'sh',
    args: ['-c', 'for f in /proc/[0-9]*/cmdline; do tr "\\0" " " <"$f" 2>/dev/null; echo; done'],
    timeoutMs: 5000,
  })
  return listed.stdout
}

test.run()
