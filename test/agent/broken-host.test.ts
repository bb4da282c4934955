/**
 * A host that is broken in one place after the other: the disk, the state folder's files, the nft program, the clock. Each is named where
 * people look, the policy goes on being enforced meanwhile, and what is mended is used again.
 */

import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { AgentStatus } from '../../src/reconcile/agent-status.ts'
import { AgentLab } from '../fakes/agent-lab.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { until } from '../fakes/until.ts'

const test = suite('agent on a broken host')
let agent: AgentLab
let port = 1000

const state = (name = ''): string => join(agent.folder, 'state', name)
const real = (name: string): string => join(agent.folder, name)
/** Not the nft that a test breaks. */
const live = (): string => execFileSync(real('nft'), ['-s', 'list', 'ruleset'], { encoding: 'utf8' })
const mount = (...words: readonly string[]): void => void execFileSync('mount', words)
const events = (name: string): readonly Record<string, unknown>[] => agent.lines.filter(({ event }) => event === name)

function commit(): string {
  port += 1
  return agent.git.commit({ files: { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(port) } })
}

function start(): Promise<AgentStatus> {
  agent.lines.length = 0
  return agent.firstRun()
}

async function assertMended(): Promise<void> {
  const newest = commit()
  const { attempted, applied } = await agent.sync()
  assert.equal([attempted?.outcome, applied?.commit], ['converged', newest], attempted?.message)
  assert.match(live(), `tcp dport ${port} `)
  assert.match(readFileSync(state('last-good.nft'), 'utf8'), newest)
  assert.is(JSON.parse(readFileSync(state('status.json'), 'utf8')).applied.commit, newest)
  assert.equal(
    readdirSync(state()).filter((name) => name.startsWith('.')),
    [],
    'temporary files are left',
  )
}

/** While something is broken: the run fails and says why, the table is as it was, and drift is healed. */
async function assertKept(before: string, message: RegExp): Promise<void> {
  const { attempted } = await agent.sync()
  assert.is(attempted?.outcome, 'failed')
  assert.match(attempted?.message ?? '', message)
  assert.is(live(), before)
  assert.match(String(events('run-failed').at(-1)?.message), message)
}

async function assertHeals(before: string): Promise<void> {
  execFileSync(real('nft'), ['flush chain inet rampart input'])
  assert.is.not(live(), before)
  await until('the repair', () => live() === before)
}

test.before(async () => {
  agent = await AgentLab.open()
  copyFileSync(execFileSync('sh', ['-c', 'command -v nft'], { encoding: 'utf8' }).trim(), real('nft'))
  chmodSync(real('nft'), 0o755)
  mkdirSync(state())
  mount('-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'state', state())
  commit()
  assert.is((await start()).attempted?.outcome, 'converged')
})
test.after(async () => {
  await agent.stop()
  // a revert script may still stand in it
  execFileSync('umount', ['--lazy', state()])
  await agent.close()
})

test('on a full disk nothing is changed that could not be taken back, and drift is healed', async () => {
  const before = live()
  execFileSync('sh', ['-c', 'cat /dev/zero > "$0" 2>/dev/null || true', state('filler')])
  commit()
  await assertKept(before, /no space|ENOSPC|disk is full/i)
  await assertHeals(before)
  await until('its message', () => events('status-unwritable').length > 0)
  rmSync(state('filler'))
  await assertMended()
})

test('on a disk that became read-only it is the same', async () => {
  const before = live()
  commit()
  mount('--bind', state(), state())
  mount('-o', 'remount,bind,ro', state())
  await assertKept(before, /read-only/i)
  await assertHeals(before)
  execFileSync('umount', [state()])
  await assertMended()
})

const halfOf = (name: string) => (): void => truncateSync(state(name), Math.floor(readFileSync(state(name)).length / 2))
const garbage = (name: string) => (): void => writeFileSync(state(name), '\0\x7f{"half": ')

const damages: readonly { readonly what: string; readonly named: boolean; readonly damage: () => void }[] = [
  { what: 'half of last-good.nft', named: true, damage: halfOf('last-good.nft') },
  { what: 'garbage in last-good.nft', named: true, damage: garbage('last-good.nft') },
  { what: 'garbage in set-aside.json', named: true, damage: garbage('set-aside.json') },
  { what: 'garbage in status.json', named: true, damage: garbage('status.json') },
  { what: 'null in status.json', named: true, damage: () => writeFileSync(state('status.json'), 'null') },
  { what: 'garbage in pending.json', named: false, damage: garbage('pending.json') },
  { what: 'garbage in inverse.nft', named: true, damage: garbage('inverse.nft') },
  { what: 'garbage in next-good.nft', named: true, damage: garbage('next-good.nft') },
  {
    what: 'while a change waits, no readable pending.json',
    named: true,
    damage() {
      copyFileSync(state('last-good.nft'), state('inverse.nft'))
      garbage('pending.json')()
    },
  },
  {
    what: 'a repository without its objects',
    named: false,
    damage() {
      for (const name of readdirSync(state('repo')).filter((entry) => /^\d+$/.test(entry)))
        rmSync(join(state('repo'), name, 'objects'), { recursive: true })
    },
  },
  { what: 'garbage in repo/current.json', named: false, damage: garbage('repo/current.json') },
]

for (const { what, named, damage } of damages) {
  test(`${what} is got over`, async () => {
    await agent.stop()
    const before = live()
    damage()
    const told = await start()
    assert.is(told.attempted?.outcome, 'converged', told.attempted?.message)
    assert.is(live(), before)
    const file = /\S+\.(?:nft|json)$/.exec(what)?.[0] ?? ''
    if (named)
      assert.ok(
        events('state-damaged').some((line) => String(line.file).endsWith(file)),
        'it is not named',
      )
    await assertMended()
  })
}

/** Another nft in the place of the real one, for this file alone. */
function replaceNft(script: string, mode: number): () => void {
  const stand = real('stand-in')
  writeFileSync(stand, script)
  chmodSync(stand, mode)
  const path = execFileSync('sh', ['-c', 'command -v nft'], { encoding: 'utf8' }).trim()
  mount('--bind', stand, path)
  return () => void execFileSync('umount', [path])
}

test('without nft the table stays, and is changed again when nft is back', async () => {
  const before = live()
  const mend = replaceNft('', 0o600)
  commit()
  await assertKept(before, /nft/).finally(mend)
  await assertMended()
  await assertHeals(live())
})

test('an nft that refuses what is loaded changes nothing, and leaves nothing to take back', async () => {
  const before = live()
  const script = `#!/bin/sh\ncase "$*" in *-f*) echo 'Error: Could not process rule: Out of memory' >&2; exit 1;; esac\nexec ${real('nft')} "$@"\n`
  const mend = replaceNft(script, 0o755)
  commit()
  await assertKept(before, /^apply: nft could not load the ruleset: .*Out of memory/).finally(mend)
  assert.not.ok(readdirSync(state()).includes('inverse.nft'))
  await assertMended()
})

if (inOwnNamespace(fileURLToPath(import.meta.url), '-m')) test.run()
