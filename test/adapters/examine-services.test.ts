import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startControlServer } from '../../src/adapters/control-socket.ts'
import { readAgentState, readClock, readUnits } from '../../src/adapters/examine-services.ts'
import { agentStatus } from '../fakes/agent-status.ts'
import { temporaryFolder } from '../fakes/policy-folder.ts'
import { programExists } from '../fakes/program-exists.ts'
import { skipLoudly } from '../fakes/skip.ts'

const test = suite('adapters/examine-services')
const soon = (): AbortSignal => AbortSignal.timeout(20_000)

function machine(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const unit = '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n'

test('readUnits() is unread without systemd', async () => {
  assert.equal(await readUnits(soon(), machine({})), { type: 'unread', reason: 'systemd does not run here' })
})

test('readUnits() tells enabled from disabled from missing, and sees a flush in nftables.conf', async () => {
  if (!programExists('systemctl')) return skipLoudly('systemctl is missing')
  const root = machine({
    'run/systemd/system/.keep': '',
    'etc/systemd/system/rampart.service': unit,
    'usr/lib/systemd/system/nftables.service': unit,
    'etc/nftables.conf': '#!/usr/sbin/nft -f\n\nflush ruleset\ntable inet filter { }\n',
  })
  mkdirSync(join(root, 'etc/systemd/system/multi-user.target.wants'))
  const enable = (name: string, from: string): void =>
    symlinkSync(`${from}/${name}`, join(root, 'etc/systemd/system/multi-user.target.wants', name))
  enable('rampart.service', '/etc/systemd/system')
  const before = await readUnits(soon(), root)
  assert.equal(before, {
    type: 'read',
    value: { agent: 'enabled', boot: 'missing', nftables: 'disabled', flushesRuleset: true },
  })
  enable('nftables.service', '/usr/lib/systemd/system')
  writeFileSync(join(root, 'etc/nftables.conf'), '# flush ruleset\n')
  const after = await readUnits(soon(), root)
  assert.equal(after, {
    type: 'read',
    value: { agent: 'enabled', boot: 'missing', nftables: 'enabled', flushesRuleset: false },
  })
})

test('readClock() believes the file of systemd-timesyncd', async () => {
  const { now, isSynchronized } = await readClock(soon(), machine({ 'run/systemd/timesync/synchronized': '' }))
  assert.equal(isSynchronized, { type: 'read', value: true })
  assert.ok(Math.abs(now.getTime() - Date.now()) < 60_000)
})

test('readAgentState() tells how the last run ended; without an agent it says so', async () => {
  const path = join(temporaryFolder(), 'control.sock')
  const silent = await readAgentState(path)
  assert.match(silent.type === 'unread' ? silent.reason : '', /no agent runs/)
  const attempted = {
    commit: null,
    at: '',
    trigger: 'start',
    outcome: 'failed',
    message: 'fetch: no route',
    diagnostics: [],
    notes: [],
    failures: 1,
  } as const
  const refused = async () => ({ type: 'refused', why: 'not asked here' }) as const
  const server = await startControlServer({
    path,
    onFault: () => {},
    handlers: {
      status: async () => agentStatus({ attempted }),
      sync: async () => agentStatus(),
      insist: async () => agentStatus(),
      confirm: async () => null,
      hold: refused,
      resume: refused,
      rollback: refused,
      apply: refused,
      stop: async () => null,
    },
  })
  try {
    assert.equal(await readAgentState(path), {
      type: 'read',
      value: { program: '0.1.0', outcome: 'failed', message: 'fetch: no route' },
    })
  } finally {
    await server.close()
  }
})

test.run()
