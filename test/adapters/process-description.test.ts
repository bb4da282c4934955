import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { describeProcess, printCommand } from '../../src/adapters/process-description.ts'

const test = suite('adapters/process-description')

test('describeProcess() tells of a living process what it is, whose, and who started it', () => {
  const child = spawn('sleep', ['60'])
  const pid = child.pid ?? 0
  const own = readFileSync('/proc/self/comm', 'utf8').trim()
  assert.equal(describeProcess(pid, 'sleep'), {
    process: 'sleep',
    pid,
    command: 'sleep 60',
    executable: execFileSync('readlink', [`/proc/${pid}/exe`], { encoding: 'utf8' }).trim(),
    uid: process.getuid?.() ?? null,
    parent: own,
  })
  child.kill('SIGKILL')
})

test('describeProcess() tells nothing of a process that has ended, or whose number is another one now', async () => {
  const child = spawn('sleep', ['0'])
  const pid = child.pid ?? 0
  await once(child, 'close')
  const nothing = { command: null, executable: null, uid: null, parent: null }
  assert.equal(describeProcess(pid, 'sleep'), { process: 'sleep', pid, ...nothing })
  assert.equal(describeProcess(process.pid, 'nft'), { process: 'nft', pid: process.pid, ...nothing })
})

test('printCommand() shows the program and its first words, cut short', () => {
  assert.is(printCommand(['/usr/sbin/nft', '-f', '/etc/nftables.conf', '']), 'nft -f /etc/nftables.conf')
  assert.is(printCommand(['nft', 'add', 'rule', 'inet', 'rampart', 'input', 'accept']), 'nft add rule inet rampart …')
  assert.is(printCommand(['x', 'a'.repeat(100)]), `x ${'a'.repeat(48)}…`)
  assert.is(printCommand(['x', 'a\u001b[31m\nb']), 'x a [31m b')
  assert.is(printCommand([]), '')
})

test('printCommand() leaves out what may be a secret', () => {
  assert.is(printCommand(['fw', '--password', 'hunter2', '--token=abc']), 'fw --password … --token=…')
  assert.is(printCommand(['python3', '-c', 'key = "hunter2"']), 'python3 -c …')
  assert.is(printCommand(['fw', 'https://ada:hunter2@example.org/x']), 'fw https://…@example.org/x')
  assert.is(printCommand(['env', 'TOKEN=hunter2', 'fw']), 'env TOKEN=… fw')
})

test.run()
