/** systemd/rampart-revert.sh against a real nft: the deadline, the claim, and what it leaves alone. */

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { temporaryFolder } from '../fakes/policy-folder.ts'
import { until } from '../fakes/until.ts'

const test = suite('systemd/rampart-revert.sh')
const script = fileURLToPath(new URL('../../systemd/rampart-revert.sh', import.meta.url))
const root = temporaryFolder()
const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
const before = 'table inet rampart {\n\tchain input {\n\t\ttcp dport 22 accept\n\t}\n}\n'
const nft = (...args: readonly string[]): string => execFileSync('nft', args, { encoding: 'utf8' })
const uptime = (): number => Number.parseFloat(readFileSync('/proc/uptime', 'utf8'))

/** A state folder with an unconfirmed change, and a kernel that holds it. */
function pending(deadline: number | string, boot = bootId): string {
  const folder = changed('')
  expire(folder, deadline, boot)
  return folder
}

/** Replaced as the agent does it. */
function expire(folder: string, deadline: number | string, boot = bootId): void {
  writeFileSync(join(folder, 'new'), `${deadline} ${boot} 1234 2026-01-01T00:00:00.000Z\n`)
  renameSync(join(folder, 'new'), join(folder, 'deadline'))
}

/** @param note a line of the file that leads back, whole */
function changed(note: string): string {
  const folder = mkdtempSync(join(root, 'state-'))
  const head = `# an unconfirmed change\n${note}# revision: {"commit": "a"}\n`
  writeFileSync(join(folder, 'inverse.nft'), `${head}table inet rampart\ndelete table inet rampart\n${before}`)
  nft('add table inet rampart; flush table inet rampart; add chain inet rampart other')
  return folder
}

function start(folder: string, ...options: readonly string[]) {
  const child = spawn('sh', [...options, script, folder], { env: {}, stdio: ['ignore', 'ignore', 'pipe'] })
  const said = text(child.stderr)
  const ended = once(child, 'exit').then(async ([code]) => ({ code: Number(code), said: await said }))
  return { child, ended }
}

test('it waits for the deadline, then loads the table of before over whatever is there', async () => {
  const folder = pending(Math.ceil(uptime()) + 2)
  const { ended } = start(folder)
  await until('its word', () => existsSync(join(folder, 'watching')))
  assert.is(readFileSync(join(folder, 'watching'), 'utf8'), '1234\n')
  assert.match(nft('list ruleset'), 'chain other')
  nft('delete table inet rampart; add table inet rampart { flags dormant; }; add table inet other')
  assert.equal(await ended, { code: 0, said: '' })
  assert.is(nft('list table inet rampart'), before)
  assert.match(nft('list ruleset'), 'table inet other')
  assert.equal(
    ['inverse.nft', 'claimed.nft', 'reverted.nft'].map((name) => existsSync(join(folder, name))),
    [false, false, true],
  )
})

test('it goes by the deadline as it is now: a later one is waited for, an earlier one too', async () => {
  for (const first of [1, 999_999_999]) {
    const folder = pending(Math.ceil(uptime()) + first)
    const { ended } = start(folder)
    await until('its word', () => existsSync(join(folder, 'watching')))
    expire(folder, Math.ceil(uptime()) + 3)
    const atSeconds = Math.ceil(uptime()) + 3
    assert.equal(await ended, { code: 0, said: '' })
    assert.ok(uptime() >= atSeconds - 1, `${first}`)
    assert.is(nft('list table inet rampart'), before)
  }
})

test('it goes by a deadline that an older agent wrote into the file itself', async () => {
  const waits = changed(`# deadline: ${Math.ceil(uptime()) + 3} ${bootId} 1234\n`)
  const atSeconds = uptime() + 2
  assert.equal(await start(waits).ended, { code: 0, said: '' })
  assert.ok(uptime() >= atSeconds)
  assert.is(readFileSync(join(waits, 'watching'), 'utf8'), '1234\n')
  assert.is(nft('list table inet rampart'), before)
})

test('it goes by the time since boot, however the clock of the host differs', async () => {
  // a time namespace moves the time since boot alone: for whoever is in it half a day has passed, and no clock was set
  const folder = pending(Math.ceil(uptime()) + 40_000)
  const words = ['--time', '--boottime', '43200', 'sh', script, folder]
  const { status, stderr } = spawnSync('unshare', words, { encoding: 'utf8', timeout: 30_000 })
  assert.equal([status, stderr], [0, ''])
  assert.is(nft('list table inet rampart'), before)
})

test('it ends and changes nothing when the change is confirmed', async () => {
  const folder = pending(Math.ceil(uptime()) + 60)
  const { ended } = start(folder)
  await until('its word', () => existsSync(join(folder, 'watching')))
  rmSync(join(folder, 'inverse.nft'))
  assert.equal(await ended, { code: 0, said: '' })
  assert.match(nft('list table inet rampart'), 'chain other')
})

test('it goes back at once after a reboot, and when the deadline cannot be read', async () => {
  for (const folder of [pending(999_999_999, 'another-boot'), pending('soon'), pending(''), changed('')]) {
    assert.equal(await start(folder).ended, { code: 0, said: '' })
    assert.is(nft('list table inet rampart'), before)
  }
})

test('two of them go back once, and both end well', async () => {
  const folder = pending(0)
  const ends = await Promise.all([start(folder).ended, start(folder).ended])
  assert.equal(
    ends.map(({ code }) => code),
    [0, 0],
  )
  assert.is(nft('list table inet rampart'), before)
  assert.ok(existsSync(join(folder, 'reverted.nft')))
})

test('it finishes what somebody claimed who then died, and nothing else', async () => {
  const folder = pending(999_999_999)
  renameSync(join(folder, 'inverse.nft'), join(folder, 'claimed.nft'))
  assert.equal(await start(folder).ended, { code: 0, said: '' })
  assert.is(nft('list table inet rampart'), before)
  nft('flush table inet rampart')
  assert.equal(await start(folder).ended, { code: 0, said: '' })
  assert.is(nft('list table inet rampart').match(/accept/), null)
})

test('it calls nft, mv and sleep and no other program', async () => {
  const { said } = await start(pending(Math.ceil(uptime()) + 1), '-x').ended
  const called = said.split('\n').flatMap((line) => /^\++ ([\w./-]+)(?!\S*=)/.exec(line)?.[1] ?? [])
  const builtIn = new Set([
    'set',
    'umask',
    'export',
    'readonly',
    'cd',
    'read',
    'read_deadline',
    'announce',
    'is_over',
    'go_back',
    'printf',
    'return',
    'exit',
    'break',
  ])
  const programs = [...new Set(called)].filter((word) => !builtIn.has(word) && !word.includes('='))
  assert.equal(programs.sort(), ['mv', 'nft', 'sleep'])
})

test('dash and shellcheck find nothing wrong with it', () => {
  const checkers = [['dash', '-n'], ['shellcheck']].filter(
    ([program = '']) => spawnSync(program, ['--version']).error === undefined,
  )
  for (const [program = '', ...args] of checkers) {
    const { status, stdout, stderr } = spawnSync(program, [...args, script], { encoding: 'utf8' })
    assert.equal([program, status, `${stdout}${stderr}`], [program, 0, ''])
  }
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
