/** The dead man's handle on a real disk, with the real script; nft is never called, for nothing is taken back here. */

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openSafeguard, type SafeguardOptions } from '../../src/adapters/safeguard.ts'
import { createStateStore } from '../../src/adapters/state-store.ts'
import type { PendingChange, Safeguard } from '../../src/reconcile/ports.ts'
import { temporaryFolder } from '../fakes/policy-folder.ts'
import { until } from '../fakes/until.ts'

const test = suite('adapters/safeguard')
const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
const revision = { commit: 'b'.repeat(40), committedAt: new Date(0), subject: 'a } brace', allows: ['cut-sessions'] }
const script = 'table inet rampart\ndelete table inet rampart\ntable inet rampart {\n}\n'
const next = 'table inet rampart\ndelete table inet rampart\ntable inet rampart {\n  chain a {\n  }\n}\n'
const left = { revision: { ...revision, commit: 'a'.repeat(40) }, script }
const change: PendingChange = {
  revision,
  script: () => next,
  previous: { ...left, script: () => script, file: undefined },
  loadMs: 30_000,
  timeoutMs: 60_000,
  waitsFor: 'probes',
  concerns: 'other',
  hold: { reason: 'rollback from aaaaaaaaaa', at: new Date(5), until: undefined },
}

function open(
  starter: 'unit' | 'ourselves' = 'ourselves',
  limits: SafeguardOptions['limits'] = { unitMs: 30_000, scriptMs: 30_000 },
): {
  readonly folder: string
  readonly safeguard: Safeguard
  readonly missing: string[]
  /** Names of files that were told to be damaged. */
  readonly damaged: string[]
} {
  const folder = temporaryFolder()
  const missing: string[] = []
  const damaged: string[] = []
  const onDamaged = (file: string): void => void damaged.push(basename(file))
  const safeguard = openSafeguard({ folder, starter, onUnitMissing: () => missing.push('unit'), onDamaged, limits })
  return { folder, missing, damaged, safeguard }
}

function deadlineIn(folder: string) {
  const [seconds, boot, id, time = ''] = readFileSync(join(folder, 'deadline'), 'utf8').trim().split(' ')
  const uptime = Number.parseFloat(readFileSync('/proc/uptime', 'utf8'))
  return { inSeconds: Number(seconds) - uptime, boot, id, inMs: Date.parse(time) - Date.now() }
}

test('arm() returns when a script watches a file that leads back; confirm() ends both', async () => {
  const { folder, safeguard, missing } = open()
  await safeguard.arm(change)
  const { inSeconds, boot, id } = deadlineIn(folder)
  assert.ok(Math.abs(inSeconds - 92) < 3, 'a load of 30 s, a wait of 60 s, 2 s for the agent')
  assert.is(boot, readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
  assert.is(readFileSync(join(folder, 'watching'), 'utf8'), `${id}\n`)
  assert.ok(readFileSync(join(folder, 'inverse.nft'), 'utf8').endsWith(`\n${script}`))
  assert.is(await safeguard.standing(), 'waiting')
  assert.equal([await safeguard.confirm(), await safeguard.standing()], [false, 'waiting'], 'it may not be loaded yet')
  await safeguard.keepNext(change)
  assert.equal([await safeguard.confirm(), await safeguard.standing()], [true, 'confirmed'])
  assert.equal([await safeguard.confirm(), await safeguard.claim()], [false, false])
  await safeguard.clear()
  assert.equal(
    ['inverse.nft', 'claimed.nft', 'next-good.nft', 'deadline', 'pending.json', 'watching'].filter((name) =>
      existsSync(join(folder, name)),
    ),
    [],
  )
  assert.equal(missing, [])
})

test('arm() prints no table when the one to return to is in a file: it links that', async () => {
  const { folder, safeguard } = open()
  const store = createStateStore(folder, { warn: () => {} })
  const good = { ...left, script: () => script }
  const file = await store.saveLastGood({ ...good, file: undefined })
  const print = (): string => {
    throw new Error('it was printed')
  }
  await safeguard.arm({ ...change, script: print, previous: { ...left, script: print, file } })
  const path = join(folder, 'inverse.nft')
  assert.equal([statSync(path).ino, statSync(path).size], [statSync(file.path).ino, Number(file.sizeBytes)])
  assert.equal((await safeguard.leftover()) as unknown, {
    state: 'waiting',
    revision,
    previous: left,
    concerns: 'other',
  })
  // what becomes the last good one replaces the file, and the way back stays
  await store.saveLastGood({ ...good, script: () => next, file: undefined })
  assert.ok(readFileSync(path, 'utf8').endsWith(`\n${script}`))
  await safeguard.clear()
})

test('startTimeout() gives the change that much time from now, and the script goes by it', async () => {
  const { folder, safeguard } = open()
  await safeguard.arm({ ...change, loadMs: 600_000 })
  const first = deadlineIn(folder)
  await safeguard.startTimeout(60_000)
  const { inSeconds, inMs, boot, id } = deadlineIn(folder)
  assert.ok(first.inSeconds > 600)
  assert.ok(Math.abs(inSeconds - 62) < 3 && Math.abs(inMs - 60_000) < 3_000)
  assert.equal([boot, id], [first.boot, first.id])
  // nft is not found, or not allowed to do anything with this: it stays claimed until the script gives up
  writeFileSync(join(folder, 'inverse.nft'), '# no\n# script\nof nft\n')
  await safeguard.startTimeout(-10_000)
  await until('the script', async () => (await safeguard.standing()) === 'claimed')
  await safeguard.clear()
})

test('arm() says so when a script that knows nothing of that deadline takes the change at once', async () => {
  const { folder, safeguard } = open('unit')
  const armed = failure(safeguard.arm(change))
  await until('the file', () => existsSync(join(folder, 'inverse.nft')))
  renameSync(join(folder, 'inverse.nft'), join(folder, 'reverted.nft'))
  assert.match(`${await armed}`, /did so at once: is it of an older version/)
  assert.equal(readdirSync(folder), [])
})

test('claim() wins once; the change is then claimed for everybody', async () => {
  const { safeguard } = open()
  await safeguard.arm(change)
  assert.equal([await safeguard.claim(), await safeguard.claim()], [true, false])
  assert.equal([await safeguard.standing(), await safeguard.confirm()], ['claimed', false])
  await safeguard.clear()
})

test('leftover() tells what an earlier process left, whole', async () => {
  const { folder, safeguard, damaged: named } = open()
  assert.is(await safeguard.leftover(), undefined)
  await safeguard.arm(change)
  const previous = left
  assert.equal(await safeguard.leftover(), { state: 'waiting', revision, previous, concerns: 'other' })
  await safeguard.claim()
  assert.equal(await safeguard.leftover(), { state: 'claimed', revision, previous, concerns: 'other' })
  writeFileSync(join(folder, 'pending.json'), '{"rev')
  const unknown = { revision: undefined, concerns: 'tip' }
  assert.equal(await safeguard.leftover(), { state: 'claimed', previous, ...unknown })
  writeFileSync(join(folder, 'claimed.nft'), 'damaged')
  const damaged = { revision: undefined, script: 'damaged' }
  assert.equal(await safeguard.leftover(), { state: 'claimed', previous: damaged, ...unknown })
  assert.equal(named, ['pending.json', 'claimed.nft', 'pending.json'])
  await safeguard.clear()
  writeFileSync(join(folder, 'pending.json'), '{}')
  assert.is(await safeguard.leftover(), undefined)
  assert.not.ok(existsSync(join(folder, 'pending.json')), 'a record of nothing goes')
})

test('leftover() reads what an older version left, with the deadline in it', async () => {
  const { folder, safeguard } = open()
  const head = `# title\n# deadline: 12 boot id\n# revision: ${JSON.stringify(left.revision)}\n`
  writeFileSync(join(folder, 'inverse.nft'), `${head}${script}`)
  const pending = { version: 1, revision, deadline: '', deadlineSeconds: 12, bootId: '', waitsFor: 'probes' }
  writeFileSync(join(folder, 'pending.json'), JSON.stringify(pending))
  assert.equal(await safeguard.leftover(), { state: 'waiting', revision, previous: left, concerns: 'tip' })
})

test('leftover() tells what a change brought when it was confirmed, until that is cleared', async () => {
  const { folder, safeguard, damaged } = open()
  await safeguard.arm(change)
  await safeguard.keepNext(change)
  await safeguard.confirm()
  assert.equal(await safeguard.leftover(), { state: 'confirmed', next: { revision, script: next }, hold: change.hold })
  writeFileSync(join(folder, 'pending.json'), '{"rev')
  assert.equal([(await safeguard.leftover())?.state, damaged], ['confirmed', ['pending.json']])
  await safeguard.clear()
  assert.is(await safeguard.leftover(), undefined)
  await safeguard.arm(change)
  await safeguard.keepNext(change)
  await safeguard.confirm()
  writeFileSync(join(folder, 'next-good.nft'), 'damaged')
  assert.equal([await safeguard.leftover(), damaged.slice(1)], [undefined, ['next-good.nft']])
  assert.not.ok(existsSync(join(folder, 'next-good.nft')), 'it is told of once')
})

test('clear() removes what could be taken for confirmed before anything else, or removes nothing', async () => {
  for (const last of ['inverse.nft', 'claimed.nft', 'reverted.nft']) {
    const { folder, safeguard } = open()
    await safeguard.arm(change)
    if (last !== 'inverse.nft') renameSync(join(folder, 'inverse.nft'), join(folder, last))
    const blocked = join(folder, 'next-good.nft')
    mkdirSync(blocked)
    assert.instance(await failure(safeguard.clear()), Error)
    assert.ok(existsSync(join(folder, last)), last)
    rmdirSync(blocked)
    await safeguard.clear()
    assert.not.ok(existsSync(join(folder, last)), last)
  }
})

test('arm() leaves the start to the unit, and does it itself when the unit gives no sign', async () => {
  const { folder, safeguard, missing } = open('unit')
  const armed = safeguard.arm(change)
  await until('the file', () => existsSync(join(folder, 'inverse.nft')))
  const { id } = deadlineIn(folder)
  writeFileSync(join(folder, 'watching'), `${id}\n`)
  await armed
  assert.equal(missing, [])
  await safeguard.clear()
  const other = open('unit', { unitMs: 100, scriptMs: 30_000 })
  await other.safeguard.arm(change)
  assert.equal([other.missing, await other.safeguard.standing()], [['unit'], 'waiting'])
  await other.safeguard.clear()
})

test('arm() refuses, and leaves nothing behind, when nobody can watch', async () => {
  const { folder, safeguard } = open('ourselves', { unitMs: 0, scriptMs: 500 })
  // the script cannot put its word into the place of a folder that is not empty
  mkdirSync(join(folder, 'watching', 'x'), { recursive: true })
  assert.instance(await failure(safeguard.arm(change)), Error)
  assert.equal([existsSync(join(folder, 'inverse.nft')), existsSync(join(folder, 'claimed.nft'))], [false, false])
})

test.run()
