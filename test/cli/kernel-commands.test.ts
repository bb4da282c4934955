import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rampart } from '../fakes/command-line.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { officeSet, policyFolder, temporaryFolder, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'

const test = suite('plan, apply, remove')
const files = { 'web.yaml': webEndpoint, 'policies/web.yaml': webPolicy(443), 'office.yaml': officeSet }
const stateDir = temporaryFolder()
// nobody is connected here for whom a first activation would have to wait
const configuration = join(
  policyFolder({
    'agent.yaml': `apiVersion: rampart/v1
kind: AgentConfiguration
repository: {url: "https://git.example.org/x.git"}
apply: {firstActivationDelay: 0s}
`,
  }),
  'agent.yaml',
)
const here = ['--host', 'web-1', '--config', configuration]
const chain = 'ingress/web-1-eth0/policy'

function nft(command: string): string {
  return execFileSync('nft', [command], { encoding: 'utf8' })
}

function ours(command: 'plan' | 'apply', folder: string) {
  const state = command === 'apply' ? ['--state-dir', stateDir] : []
  return rampart(command, '--from', folder, ...here, ...state)
}

interface PlanJson {
  readonly differences: readonly {
    readonly action: string
    readonly object: string
    readonly name: string
    readonly text: string
  }[]
}

async function differences(folder: string): Promise<readonly string[]> {
  const { out } = await rampart('plan', '--from', folder, ...here, '--format', 'json')
  const { differences } = JSON.parse(out) as PlanJson
  return differences.map(({ action, object, name, text }) => `${action} ${object} ${name} ${text}`.trim())
}

test('apply converges, a second one finds nothing to do', async () => {
  const folder = policyFolder(files)
  assert.is((await ours('plan', folder)).code, 2)
  const first = await ours('apply', folder)
  assert.is(first.code, 0)
  assert.match(first.out, /^directory: \d+ changes applied\n$/)
  assert.equal(await ours('plan', folder), { code: 0, out: 'web-1: in sync, nothing to do\n', err: '' })
  assert.equal(await ours('apply', folder), { code: 0, out: 'directory: in sync\n', err: '' })
  assert.ok(existsSync(join(stateDir, 'last-good.nft')))
})

test('the saved ruleset loads with plain nft -f from any state', async () => {
  const before = nft('list table inet rampart')
  nft('flush table inet rampart')
  execFileSync('nft', ['-f', join(stateDir, 'last-good.nft')])
  assert.is(nft('list table inet rampart'), before)
  nft('delete table inet rampart')
  execFileSync('nft', ['-f', join(stateDir, 'last-good.nft')])
  assert.is(nft('list table inet rampart'), before)
})

const tamperings: readonly {
  readonly what: string
  readonly commands: readonly string[]
  readonly named: (set: string) => readonly string[]
}[] = [
  {
    what: 'a rule added',
    commands: [`add rule inet rampart ${chain} tcp dport 31337 accept`],
    named: () => [`delete rule ${chain} tcp dport 31337 accept`],
  },
  {
    what: 'a set element added',
    commands: ['add element inet rampart SET { 192.0.2.66 }'],
    named: (set) => [`delete element ${set} 192.0.2.66`],
  },
  {
    what: 'a set element removed',
    commands: ['delete element inet rampart SET { 203.0.113.7 }'],
    named: (set) => [`add element ${set} 203.0.113.7`],
  },
  {
    what: 'a chain flushed',
    commands: ['flush chain inet rampart forward-egress'],
    named: () => [
      'add rule forward-egress ct state established,related accept',
      'add rule forward-egress oifname vmap @interfaces/forward-egress',
    ],
  },
  {
    what: 'a chain and a set of somebody else',
    commands: [
      'add chain inet rampart evil { type filter hook input priority -10; policy accept; }',
      'add set inet rampart evil { type inet_service; }',
    ],
    named: () => ['delete set evil', 'delete chain evil'],
  },
  {
    what: 'a quota of somebody else',
    commands: ['add quota inet rampart evil { over 10 mbytes; }'],
    named: () => ['delete foreign quota evil'],
  },
]

test('plan names what an operator tampered with, apply repairs exactly that', async () => {
  const folder = policyFolder(files)
  const clean = nft('list table inet rampart')
  const set = /set (peers4\/\w+)/.exec(clean)?.[1] ?? ''
  for (const { what, commands, named } of tamperings) {
    for (const command of commands) nft(command.replace('SET', set))
    assert.equal(await differences(folder), named(set), what)
    const { out } = await ours('apply', folder)
    assert.is(out, `directory: ${named(set).length} ${named(set).length === 1 ? 'change' : 'changes'} applied\n`, what)
    assert.is(nft('list table inet rampart'), clean, what)
  }
})

test('plan names a deleted rule, apply repairs it', async () => {
  const folder = policyFolder(files)
  const clean = nft('list table inet rampart')
  const listed = execFileSync('nft', ['-a', 'list', 'chain', 'inet', 'rampart', chain], { encoding: 'utf8' })
  const handle = /tcp dport 443 .* # handle (\d+)/.exec(listed)?.[1]
  nft(`delete rule inet rampart ${chain} handle ${handle}`)
  assert.equal(await differences(folder), [`add rule ${chain} tcp dport 443 counter name "gnp/web/ingress/0" accept`])
  await ours('apply', folder)
  assert.is(nft('list table inet rampart'), clean)
})

test('plan sees that the table is gone or dormant, apply writes it whole', async () => {
  const folder = policyFolder(files)
  const clean = nft('list table inet rampart')
  for (const command of ['delete table inet rampart', 'add table inet rampart { flags dormant; }']) {
    nft(command)
    assert.match((await ours('plan', folder)).out, 'the table is written whole')
    assert.is((await ours('apply', folder)).code, 0)
    assert.is(nft('list table inet rampart'), clean)
  }
})

test('apply of a policy with ten faults in ten files names ten places and leaves the table as it is', async () => {
  const before = nft('list table inet rampart')
  const faulty = Object.fromEntries(
    Array.from({ length: 10 }, (_, at) => [
      `p${at}.yaml`,
      webPolicy(443).replace('name: web', `name: web-${at}`).replace('Allow', 'Alow'),
    ]),
  )
  const folder = policyFolder({ 'web.yaml': webEndpoint, 'office.yaml': officeSet, ...faulty })
  const { code, err } = await ours('apply', folder)
  assert.is(code, 1)
  for (let at = 0; at < 10; at++) assert.match(err, `p${at}.yaml:7:16: error[`)
  assert.is(err.match(/error\[/g)?.length, 10)
  assert.is(nft('list table inet rampart'), before)
})

/** Every setting of the network, but for what the kernel counts and draws itself. */
function sysctls(): string {
  // some can only be written
  const all = spawnSync('grep', ['-rs', '', '/proc/sys/net'], { encoding: 'utf8' }).stdout
  return all
    .split('\n')
    .filter((line) => !/_count|random|secret|entries|pending|state/.test(line))
    .join('\n')
}

test('DV-14: apply writes no sysctl, whatever the policy forwards and rejects', async () => {
  const before = sysctls()
  assert.match(before, '/proc/sys/net/ipv4/ip_forward:0')
  const forwarding = webPolicy(443).replace('spec:', 'spec:\n  applyOnForward: true')
  assert.is((await ours('apply', policyFolder({ ...files, 'policies/web.yaml': forwarding }))).code, 0)
  assert.is(sysctls(), before)
})

test('DV-13: apply and remove leave other tables alone', async () => {
  nft(
    'add table inet other; add chain inet other input { type filter hook input priority 0; policy accept; }; add rule inet other input tcp dport 1 drop',
  )
  const other = nft('list table inet other')
  await ours('apply', policyFolder({ ...files, 'policies/web.yaml': webPolicy(8443) }))
  assert.is(nft('list table inet other'), other)
  const { code, out } = await rampart('remove', '--state-dir', stateDir)
  assert.equal([code, out], [0, 'removed table inet rampart; this host is not filtered by rampart any more\n'])
  assert.is(nft('list ruleset'), other)
  assert.not.ok(existsSync(join(stateDir, 'last-good.nft')), 'or the next boot would bring it back')
  assert.is((await rampart('remove', '--state-dir', stateDir)).out, 'there is no table inet rampart\n')
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
