import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { CheckStatus } from '../../src/doctor/check.ts'
import { judgeHost } from '../../src/doctor/judge-host.ts'
import type {
  CredentialFile,
  ForeignChain,
  HostReadings,
  LastGoodContent,
  Reading,
  StateFolder,
  Units,
} from '../../src/host/host-readings.ts'
import { healthyHost } from '../fakes/host-readings.ts'

const test = suite('doctor/judge-host')
const healthy = healthyHost()

const read = <T>(value: T): Reading<T> => ({ type: 'read', value })
const unread = { type: 'unread', reason: 'no right' } as const

function state(changes: Partial<StateFolder>): Partial<HostReadings> {
  const { folder } = healthy.state
  if (folder.type === 'unread' || folder.value === undefined) throw new Error('the healthy host has a state folder')
  return { state: { ...healthy.state, folder: read({ ...folder.value, ...changes }) } }
}

function lastGood(changes: Partial<LastGoodContent>): Partial<HostReadings> {
  const { content } = healthy.lastGood
  if (content.type === 'unread' || content.value === undefined) throw new Error('the healthy host has a boot ruleset')
  return { lastGood: { ...healthy.lastGood, content: read({ ...content.value, ...changes }) } }
}

function units(changes: Partial<Units>): Partial<HostReadings> {
  return { units: read({ agent: 'enabled', boot: 'enabled', nftables: 'disabled', flushesRuleset: false, ...changes }) }
}

function credential(changes: Partial<CredentialFile>): Partial<HostReadings> {
  const file = read({ uid: 0, gid: 980, mode: 0o640 })
  return { credentials: [{ field: 'repository.tokenFile', path: '/etc/rampart/t', isSecret: true, file, ...changes }] }
}

function foreign(changes: Partial<ForeignChain>): Partial<HostReadings> {
  const chain: ForeignChain = {
    table: 'ip filter',
    chain: 'FORWARD',
    hook: 'forward',
    priority: 0,
    policy: 'drop',
    mayDrop: true,
    tableChains: ['FORWARD'],
  }
  return { foreignChains: read([{ ...chain, ...changes }]) }
}

/** What is different from the healthy host; the one check that shows it. */
const cases: readonly (readonly [Partial<HostReadings>, string, CheckStatus, RegExp])[] = [
  [{ configuration: { type: 'missing', path: '/x' } }, 'configuration', 'problem', /there is no \/x/],
  [
    { configuration: { type: 'invalid', path: '/x', fault: '/x:3:1: unknown field "a"', count: 2 } },
    'configuration',
    'problem',
    /^\/x:3:1: unknown field "a" \(and 1 more\)$/,
  ],
  [{ configuration: { ...unread, path: '/x' } }, 'configuration', 'not checked', /no right; run doctor as root/],
  [credential({}), 'repository.tokenFile', 'ok', /not by everybody/],
  [credential({ file: read({ uid: 0, gid: 0, mode: 0o644 }) }), 'repository.tokenFile', 'problem', /everybody/],
  [credential({ file: read({ uid: 0, gid: 0, mode: 0o600 }) }), 'repository.tokenFile', 'problem', /may not read/],
  [credential({ file: read({ uid: 990, gid: 0, mode: 0o400 }) }), 'repository.tokenFile', 'ok', /readable/],
  [credential({ file: read({ uid: 0, gid: 0, mode: 0o644 }), isSecret: false }), 'repository.tokenFile', 'ok', /./],
  [credential({ file: read(undefined) }), 'repository.tokenFile', 'problem', /there is no/],
  [
    credential({ file: read(undefined), path: '/run/credentials/rampart.service/t' }),
    'repository.tokenFile',
    'not checked',
    /while rampart.service runs/,
  ],
  [{ programs: [{ program: 'nft', version: undefined }] }, 'nft', 'problem', /missing/],
  [{ programs: [{ program: 'nft', version: '0.9.8' }] }, 'nft', 'warning', /never tried/],
  [{ programs: [{ program: 'nft', version: '1.1.1' }] }, 'nft', 'ok', /1\.1\.1/],
  [{ programs: [{ program: 'conntrack', version: undefined }] }, 'conntrack', 'warning', /missing/],
  [{ programs: [{ program: 'ssh', version: undefined }] }, 'ssh', 'ok', /not needed/],
  [
    { features: read([{ feature: 'verdict maps', isVital: true, failure: 'not supported' }]) },
    'kernel',
    'problem',
    /no verdict maps: not supported/,
  ],
  [{ features: read([{ feature: 'log', isVital: false, failure: 'x' }]) }, 'kernel', 'warning', /no log/],
  [{ features: unread }, 'kernel', 'not checked', /no right/],
  [{ rights: read({ isEffective: false, isBounding: false }) }, 'capability', 'problem', /out of reach/],
  [{ rights: read({ isEffective: false, isBounding: true }) }, 'capability', 'not checked', /no CAP_NET_ADMIN/],
  [{ account: { uid: undefined, gid: 980 } }, 'user', 'warning', /there is no user rampart/],
  [state({ uid: 0 }), 'state folder', 'problem', /does not belong to the user rampart/],
  [state({ mode: 0o755 }), 'state folder', 'warning', /mode 755/],
  [state({ isReadOnly: true }), 'state folder', 'problem', /read-only/],
  [state({ isFolder: false }), 'state folder', 'problem', /no folder/],
  [state({ freeBytes: 1024 }), 'disk', 'problem', /only 0 MiB/],
  [state({ freeBytes: 100 * 1024 ** 2 }), 'disk', 'warning', /only 100 MiB/],
  [state({ freeInodes: 0 }), 'disk', 'problem', /only 0 inodes/],
  [{ state: { path: '/x', folder: read(undefined) } }, 'state folder', 'not checked', /there is no \/x yet/],
  [lastGood({ revision: undefined }), 'boot ruleset', 'problem', /damaged/],
  [lastGood({ failure: read('line 3: syntax error') }), 'boot ruleset', 'problem', /nft refuses .*syntax error/],
  [lastGood({ failure: unread }), 'boot ruleset', 'not checked', /no right/],
  [{ lastGood: { path: '/x', content: read(undefined) } }, 'boot ruleset', 'not checked', /no \/x yet/],
  [{ agent: { type: 'unread', reason: 'no agent runs' } }, 'agent', 'warning', /no agent runs/],
  [
    { agent: read({ program: '1', outcome: 'failed', message: 'fetch: no route' }) },
    'agent',
    'warning',
    /fetch: no route/,
  ],
  [units({ boot: 'missing' }), 'boot', 'warning', /rampart-boot\.service is not enabled.*the host is open/],
  [units({ agent: 'disabled' }), 'boot', 'warning', /rampart\.service is not enabled.*the agent does not start/],
  [
    units({ nftables: 'enabled', flushesRuleset: true }),
    'nftables.service',
    'warning',
    /flush ruleset.*takes our table/,
  ],
  [units({ nftables: 'enabled' }), 'nftables.service', 'warning', /a stop takes our table/],
  [units({ flushesRuleset: true }), 'nftables.service', 'ok', /not enabled/],
  [{ units: { type: 'unread', reason: 'systemd does not run here' } }, 'boot', 'not checked', /systemd/],
  [
    { interfaces: read([{ name: 'eth0', addresses: [], up: true, master: 'br0' }]) },
    'interfaces',
    'problem',
    /endpoint gw-1-eth0 governs eth0, a port of br0/,
  ],
  [
    foreign({}),
    'other firewalls',
    'warning',
    /table ip filter, chain FORWARD \(forward, priority 0, policy drop; iptables\)/,
  ],
  [foreign({ policy: 'accept' }), 'other firewalls', 'warning', /has rules that drop/],
  [foreign({ policy: 'accept', mayDrop: false }), 'other firewalls', 'ok', /these drop nothing: table ip filter/],
  [foreign({ tableChains: ['DOCKER-USER', 'ufw-before-input'] }), 'other firewalls', 'warning', /ufw and docker/],
  [foreign({ table: 'inet firewalld' }), 'other firewalls', 'warning', /firewalld\).*/],
  [foreign({ tableChains: ['LIBVIRT_FWI'] }), 'other firewalls', 'warning', /libvirt/],
  [foreign({ table: 'inet filter' }), 'other firewalls', 'warning', /\/etc\/nftables\.conf/],
  [foreign({ table: 'inet x' }), 'other firewalls', 'warning', /somebody/],
  [{ legacyTables: read(['filter (IPv4)']) }, 'iptables-legacy', 'warning', /filter \(IPv4\)/],
  [{ settings: { ...healthy.settings, conntrackCount: 990 } }, 'conntrack table', 'problem', /990 of 1000/],
  [{ settings: { ...healthy.settings, conntrackCount: 850 } }, 'conntrack table', 'warning', /850 of 1000/],
  [{ settings: { ...healthy.settings, conntrackMax: undefined } }, 'conntrack table', 'not checked', /not loaded/],
  [{ settings: { ...healthy.settings, conntrackTcpLoose: 0 } }, 'conntrack pickup', 'ok', /dropped as invalid/],
  [
    {
      settings: { ...healthy.settings, bridgeCallsIptables: 1 },
      interfaces: read([{ name: 'eth1', addresses: [], up: true, master: 'br0' }]),
    },
    'bridged traffic',
    'warning',
    /br_netfilter/,
  ],
  [{ clock: { now: new Date(0), isSynchronized: unread } }, 'clock', 'problem', /1970.*before this program was made/],
  [
    { clock: { now: new Date('2029-12-31T00:00:00Z'), isSynchronized: unread } },
    'clock',
    'problem',
    /before the commit that is enforced/,
  ],
  [{ clock: { ...healthy.clock, isSynchronized: read(false) } }, 'clock', 'warning', /nothing keeps it/],
  [{ clock: { ...healthy.clock, isSynchronized: unread } }, 'clock', 'ok', /not known/],
  [
    {
      remote: {
        type: 'read',
        name: 'x',
        lookup: { host: 'git', failure: 'there is no such name' },
        tip: { type: 'failed', reason: 'cannot fetch from "x"' },
      },
    },
    'repository',
    'problem',
    /looking up git: there is no such name/,
  ],
  [
    {
      remote: {
        type: 'read',
        name: 'x',
        lookup: { host: 'git', failure: 'there is no such name' },
        tip: { type: 'tip', commit: 'c'.repeat(40) },
      },
    },
    'repository',
    'ok',
    /cccccccccc$/,
  ],
]

test('judgeHost() finds nothing to do on a healthy host', () => {
  const checks = judgeHost(healthy)
  assert.equal([...new Set(checks.map(({ status }) => status))], ['ok'])
  assert.ok(checks.every(({ advice }) => advice === undefined))
})

test('judgeHost() shows each deviation in its own check, with what to do, and changes no other check', () => {
  const usual = judgeHost(healthy).map((check) => JSON.stringify(check))
  for (const [changes, name, status, finding] of cases) {
    const shown = judgeHost(healthyHost(changes))
    const found = shown.filter((check) => check.name === name && check.status === status && finding.test(check.finding))
    assert.is(
      found.length,
      1,
      `${status} ${name} ${finding}:\n${shown.map((check) => JSON.stringify(check)).join('\n')}`,
    )
    const [check] = found
    assert.is(check?.advice !== undefined, status === 'warning' || status === 'problem', `${name}: ${check?.finding}`)
    const others = shown.filter(
      (other) => other.status !== 'ok' && other !== check && !usual.includes(JSON.stringify(other)),
    )
    assert.equal(
      others.filter((other) => !isConsequence(other.name, name)),
      [],
      name,
    )
  }
})

/** Without the one the other cannot be seen, or there are more places of the same kind. */
function isConsequence(name: string, cause: string): boolean {
  return (name === 'interfaces' && cause === 'boot ruleset') || name === cause
}

test('judgeHost() needs git and ssh where the repository is reached by ssh', () => {
  const { configuration } = healthy
  if (configuration.type !== 'valid') throw new Error('the healthy host has a configuration')
  const needs = (url: string): readonly string[] => {
    const repository = { ...configuration.configuration.repository, url }
    const programs = (['git', 'ssh'] as const).map((program) => ({ program, version: undefined }))
    const changed = { ...configuration, configuration: { ...configuration.configuration, repository } }
    return judgeHost(healthyHost({ configuration: changed, programs })).flatMap((check) =>
      check.status === 'problem' ? [check.name] : [],
    )
  }
  assert.equal(needs('https://git.example.org/x.git'), [])
  assert.equal(needs('ssh://git@git.example.org/x.git'), ['git', 'ssh'])
  assert.equal(needs('git@git.example.org:x.git'), ['git', 'ssh'])
  assert.equal(needs('/srv/git/x.git'), ['git'])
})

test.run()
