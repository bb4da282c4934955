import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createServiceNotifier } from '../../src/adapters/sd-notify.ts'

interface Context {
  folder: string
  log: string
  path: string | undefined
}

const test = suite<Context>('adapters/sd-notify', { folder: '', log: '', path: undefined })

/** A systemd-notify that writes down what it was told. */
test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'rampart-notify-'))
  context.log = join(context.folder, 'log')
  context.path = process.env.PATH
  const program = join(context.folder, 'systemd-notify')
  await writeFile(
    program,
    `#!/bin/sh\necho "$NOTIFY_SOCKET $*" >> ${context.log}\n[ "$1" != STOPPING=1 ] || { echo refused >&2; exit 1; }\n`,
  )
  await chmod(program, 0o755)
  process.env.PATH = `${context.folder}:${context.path}`
})
test.after.each(async ({ folder, path }) => {
  process.env.PATH = path
  await rm(folder, { recursive: true, force: true })
})

const fail = (reason: string): void => assert.unreachable(reason)

test('createServiceNotifier() starts nothing when there is no NOTIFY_SOCKET', async ({ log }) => {
  const notifier = createServiceNotifier({ environment: { WATCHDOG_USEC: '3000' }, onFault: fail })
  await notifier.ready()
  notifier.watch(() => true, new AbortController().signal)
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.is(await readFile(log, 'utf8').catch(() => 'none'), 'none')
})

test('ready() and status() tell systemd on its socket', async ({ log }) => {
  const notifier = createServiceNotifier({ environment: { NOTIFY_SOCKET: '/run/x' }, onFault: fail })
  await notifier.ready()
  await notifier.status('enforcing 0123456789\nand more')
  assert.is(await readFile(log, 'utf8'), '/run/x READY=1\n/run/x STATUS=enforcing 0123456789 and more\n')
})

test('stopping() reports what systemd-notify said when it fails, and does not throw', async () => {
  const faults: string[] = []
  await createServiceNotifier({
    environment: { NOTIFY_SOCKET: '/run/x' },
    onFault: (reason) => faults.push(reason),
  }).stopping()
  assert.equal(faults, ['refused'])
})

test('watch() pings only while the agent is alive, and ends with the signal', async ({ log }) => {
  const notifier = createServiceNotifier({
    environment: { NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '90000' },
    onFault: fail,
  })
  const stopping = new AbortController()
  let alive = false
  notifier.watch(() => alive, stopping.signal)
  const wait = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs))
  await wait(100)
  assert.is(await readFile(log, 'utf8').catch(() => 'none'), 'none')
  alive = true
  for (let round = 0; round < 100 && (await readFile(log, 'utf8').catch(() => '')) === ''; round++) await wait(20)
  stopping.abort()
  await wait(150)
  const after = await readFile(log, 'utf8')
  assert.match(after, '/run/x WATCHDOG=1')
  await wait(100)
  assert.is(await readFile(log, 'utf8'), after)
})

test('the real systemd-notify takes the words that are sent', ({ path }) => {
  const result = spawnSync('systemd-notify', ['STOPPING=1', 'WATCHDOG=1'], {
    env: { PATH: path ?? '' },
    encoding: 'utf8',
  })
  if (result.error !== undefined) return
  assert.not.match(result.stderr, /unrecognized|unknown|usage/i)
})

test.run()
