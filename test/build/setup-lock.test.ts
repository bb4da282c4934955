/** The lock of the set-up, between processes in a temporary folder. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const lock = new URL('../../src/build/setup-lock.mjs', import.meta.url).href
const holder = `
  import { appendFileSync } from 'node:fs'
  import { setTimeout as delay } from 'node:timers/promises'
  import { withSetupLock } from '${lock}'
  await withSetupLock(async () => {
    appendFileSync('log', 'in ')
    await delay(100)
    appendFileSync('log', 'out ')
  })`

async function inFolder(check: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-lock-'))
  try {
    await check(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function hold(folder: string): Promise<void> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', holder], { cwd: folder, timeout: 20_000 })
  const [exitCode] = await once(child, 'close')
  assert.is(exitCode, 0)
}

test('withSetupLock() lets one process in at a time and leaves nothing behind', () =>
  inFolder(async (folder) => {
    await Promise.all([hold(folder), hold(folder), hold(folder)])
    assert.is(readFileSync(join(folder, 'log'), 'utf8'), 'in out in out in out ')
    assert.not.ok(existsSync(join(folder, '.setup-lock')))
  }))

test('withSetupLock() succeeds a holder that died, one process at a time', () =>
  inFolder(async (folder) => {
    const dead = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
    await once(dead, 'close')
    mkdirSync(join(folder, '.setup-lock'))
    writeFileSync(join(folder, '.setup-lock', 'owner'), String(dead.pid))
    await Promise.all([hold(folder), hold(folder), hold(folder)])
    assert.is(readFileSync(join(folder, 'log'), 'utf8'), 'in out in out in out ')
  }))

test.run()
