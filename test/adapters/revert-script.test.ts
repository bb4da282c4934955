/** The real script in the shell that waits for it; nft is never called, for nothing is taken back here. */

import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RevertScript } from '../../src/adapters/revert-script.ts'
import { openSafeguard } from '../../src/adapters/safeguard.ts'
import { temporaryFolder } from '../fakes/policy-folder.ts'
import { until } from '../fakes/until.ts'

const test = suite('adapters/revert-script')
const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
const never = new AbortController().signal

/** What makes the script go on watching, and how it ends. */
function placeHandle(folder: string): { readonly watched: () => boolean; readonly remove: () => void } {
  writeFileSync(join(folder, 'deadline'), `999999999 ${boot} id\n`)
  writeFileSync(join(folder, 'inverse.nft'), '# a\n# b\n')
  return {
    watched: () => existsSync(join(folder, 'watching')),
    remove: () => rmSync(join(folder, 'inverse.nft')),
  }
}

/** Process ids and descriptors of the shells that run the script for the folder, or wait to. */
function shellsOf(folder: string): readonly { readonly pid: number; readonly files: readonly string[] }[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      const [program, ...words] = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0')
      if (program !== 'sh' || !words.includes(folder)) return []
      const descriptors = readdirSync(`/proc/${name}/fd`)
      return [{ pid: Number(name), files: descriptors.map((fd) => `${fd} ${readlinkSync(`/proc/${name}/fd/${fd}`)}`) }]
    } catch {
      // no process, or one that ended meanwhile
      return []
    }
  })
}

test('prepare() starts a shell that does nothing until start(), and then has nothing of ours', async () => {
  const folder = temporaryFolder()
  const { watched, remove } = placeHandle(folder)
  const script = new RevertScript(folder)
  script.prepare(never)
  const [waiting, ...others] = shellsOf(folder)
  assert.equal([others, watched()], [[], false])
  // whoever started this test may have left us more descriptors than this one
  assert.match(waiting?.files.join() ?? '', /^0 socket:/)
  assert.is(await script.start(), undefined)
  await until('its word', watched)
  const watching = shellsOf(folder).find(({ pid }) => pid === waiting?.pid)
  assert.equal(
    watching?.files.filter((file) => /^[012] |socket:/.test(file)),
    ['0 /dev/null', '1 /dev/null', '2 /dev/null'],
  )
  const [, , , , , session] = readFileSync(`/proc/${watching?.pid}/stat`, 'utf8').split(' ')
  assert.is(Number(session), watching?.pid)
  remove()
  await until('its end', () => shellsOf(folder).length === 0)
})

test('prepare() leaves no shell when the signal aborts, nor more than one', async () => {
  const folder = temporaryFolder()
  const { watched } = placeHandle(folder)
  const script = new RevertScript(folder)
  const stop = new AbortController()
  script.prepare(never)
  script.prepare(stop.signal)
  await until('one', () => shellsOf(folder).length === 1)
  stop.abort()
  await until('its end', () => shellsOf(folder).length === 0)
  script.prepare(stop.signal)
  assert.equal([shellsOf(folder), watched()], [[], false])
})

test('start() starts another shell when the one that waits was killed', async () => {
  const folder = temporaryFolder()
  const { watched, remove } = placeHandle(folder)
  const script = new RevertScript(folder)
  script.prepare(never)
  const [waiting] = shellsOf(folder)
  process.kill(waiting?.pid ?? 0, 'SIGKILL')
  await until('its end', () => !existsSync(`/proc/${waiting?.pid}`))
  assert.is(await script.start(), undefined)
  await until('its word', watched)
  remove()
})

test('a safeguard whose script the unit starts has no shell wait', async () => {
  const folder = temporaryFolder()
  const safeguard = openSafeguard({ folder, starter: 'unit', onUnitMissing: () => {} })
  await safeguard.prepare(never)
  assert.equal(shellsOf(folder), [])
})

test.run()
