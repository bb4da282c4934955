/** The units as systemd itself reads them; skipped where its tools are missing. */

import { spawnSync } from 'node:child_process'
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { programExists } from '../fakes/program-exists.ts'
import { skipLoudly } from '../fakes/skip.ts'

const test = suite('systemd/units')

const folder = new URL('../../systemd/', import.meta.url)
const unit = (name: string): Promise<string> => readFile(new URL(name, folder), 'utf8')

const services = ['rampart.service', 'rampart-boot.service', 'rampart-revert.service']

/** The values of a setting, in order. */
const settings = (text: string, key: string): readonly string[] =>
  text.split('\n').flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []))

/** Copies of the units whose programs exist on every machine: systemd refuses a unit whose program is missing. */
async function verifiableCopies(): Promise<string> {
  const copies = await mkdtemp(join(tmpdir(), 'rampart-units-'))
  for (const name of await readdir(folder)) {
    if (name.endsWith('.service')) {
      const text = (await unit(name)).replace(/^(ExecStart=)\S+/gm, '$1/bin/true')
      await writeFile(join(copies, name), text)
    } else await copyFile(new URL(name, folder), join(copies, name))
  }
  return copies
}

test('systemd-analyze verify finds nothing wrong with any unit', async () => {
  if (!programExists('systemd-analyze')) return skipLoudly('systemd-analyze is missing (package systemd)')
  const copies = await verifiableCopies()
  const units = (await readdir(copies))
    .filter((name) => /\.(service|path)$/.test(name))
    .map((name) => join(copies, name))
  assert.is(units.length, 4)
  const result = spawnSync('systemd-analyze', ['verify', '--man=no', ...units], { encoding: 'utf8', timeout: 30_000 })
  await rm(copies, { recursive: true, force: true })
  assert.is(`${result.stdout}${result.stderr}`, '')
  assert.is(result.status, 0)
})

test('systemd-analyze security finds an exposure of 2.0 at most', async () => {
  if (!programExists('systemd-analyze')) return skipLoudly('systemd-analyze is missing (package systemd)')
  for (const name of services) {
    const args = ['security', '--offline=true', '--threshold=20', '--no-pager', new URL(name, folder).pathname]
    const { status, stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8', timeout: 30_000 })
    assert.is(status, 0, `${name}: ${stdout.trim().split('\n').at(-1)}`)
  }
})

test('systemd-sysusers makes the user that the units run as', async () => {
  const user = /^u (\S+) /m.exec(await unit('rampart.sysusers'))?.[1]
  for (const name of services) assert.equal(settings(await unit(name), 'User'), [user ?? ''])
  if (!programExists('systemd-sysusers')) return skipLoudly('systemd-sysusers is missing (package systemd)')
  const file = new URL('rampart.sysusers', folder).pathname
  const result = spawnSync('systemd-sysusers', ['--dry-run', file], { encoding: 'utf8', timeout: 30_000 })
  assert.is(result.status, 0, result.stderr)
})

test('every unit has CAP_NET_ADMIN and no other capability', async () => {
  for (const name of services) {
    const text = await unit(name)
    for (const key of ['AmbientCapabilities', 'CapabilityBoundingSet'])
      assert.equal(settings(text, key), ['CAP_NET_ADMIN'], `${name} ${key}`)
    assert.equal(settings(text, 'NoNewPrivileges'), ['yes'])
  }
})

test('no unit removes the firewall when it stops', async () => {
  for (const name of services) {
    const text = await unit(name)
    for (const key of ['ExecStop', 'ExecStopPost', 'ExecReload'])
      assert.equal(settings(text, key), [], `${name} ${key}`)
  }
})

test('the boot unit loads the last good ruleset with nft alone, before the network and only when there is one', async () => {
  const text = await unit('rampart-boot.service')
  assert.equal(settings(text, 'ExecStart'), ['/usr/sbin/nft -f /var/lib/rampart/last-good.nft'])
  assert.equal(settings(text, 'ConditionPathExists'), ['/var/lib/rampart/last-good.nft'])
  assert.equal([settings(text, 'Before'), settings(text, 'Wants')], [['network-pre.target'], ['network-pre.target']])
  assert.equal([settings(text, 'DefaultDependencies'), settings(text, 'RemainAfterExit')], [['no'], ['yes']])
})

test('the revert unit runs the shipped script on the state folder while something waits there', async () => {
  const text = await unit('rampart-revert.service')
  const script = '/usr/local/lib/rampart/rampart-revert.sh'
  assert.equal(settings(text, 'ExecStart'), [`/bin/sh ${script} /var/lib/rampart`])
  assert.match(await readFile(new URL('../README.md', folder), 'utf8'), script)
  assert.equal(settings(await unit('rampart-revert.path'), 'PathExists'), [
    '/var/lib/rampart/inverse.nft',
    '/var/lib/rampart/claimed.nft',
  ])
  // the agent leaves the start of the script to the unit, and the unit is there
  const agent = await unit('rampart.service')
  assert.equal(settings(agent, 'Environment'), ['RAMPART_REVERT=unit'])
  assert.equal(settings(agent, 'Wants'), ['rampart-revert.path'])
})

test("the agent's unit leaves Node its executable memory", async () => {
  assert.equal(settings(await unit('rampart.service'), 'MemoryDenyWriteExecute'), [])
})

test.run()
