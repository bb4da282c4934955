import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { commitFiles } from '../fakes/bare-repository.ts'
import { rampart } from '../fakes/command-line.ts'
import { type GitLab, openGitLab } from '../fakes/git-lab.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { temporaryFolder, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'

const test = suite('doctor')
const folder = temporaryFolder()
const token = join(folder, 'token')
const config = join(folder, 'agent.yaml')
let lab: GitLab

interface Report {
  readonly version: number
  readonly problems: number
  readonly warnings: number
  readonly checks: readonly { readonly name: string; readonly status: string; readonly finding: string }[]
}

async function examine(): Promise<Report & { readonly code: number }> {
  const { code, out, err } = await rampart('doctor', '--config', config, '--format', 'json')
  assert.is(err, '')
  return { ...(JSON.parse(out) as Report), code }
}

function findingsOf({ checks }: Report, name: string): readonly string[] {
  return checks.flatMap((check) => (check.name === name ? [`${check.status}: ${check.finding}`] : []))
}

function nft(script: string): void {
  execFileSync('nft', ['-f', '-'], { input: script })
}

/** Everything that a command could change without our noticing it elsewhere: rules with counters, links, files. */
function traces(): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => {
    const { mtimeMs, mode, size } = statSync(join(folder, path))
    return `${path} ${mtimeMs} ${mode} ${size}`
  })
  const print = (program: string, ...args: readonly string[]) => execFileSync(program, args, { encoding: 'utf8' })
  const conntrack = print(
    'sh',
    '-c',
    'grep -r . /proc/sys/net/netfilter /proc/sys/net/ipv4/conf /proc/sys/net/bridge 2>/dev/null | grep -v nf_conntrack_count || true',
  )
  return [
    ...files,
    print('nft', '-a', 'list', 'ruleset'),
    print('ip', '-j', 'address'),
    print('ip', 'netns'),
    conntrack,
  ].join('\n')
}

test.before(async () => {
  // the namespaces with a name are the machine's, and other tests make and remove some
  mkdirSync('/run/netns', { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', '/run/netns'])
  process.env.RAMPART_RUNTIME_DIR = join(folder, 'run')
  lab = await openGitLab({ token: 'hunter2' })
  commitFiles(lab.repository, { files: { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(443) } })
  writeFileSync(token, 'hunter2\n', { mode: 0o600 })
  writeFileSync(
    config,
    `apiVersion: rampart/v1
kind: AgentConfiguration
node: web-1
repository: {url: "${lab.proxy.url}/policy.git", tokenFile: token}
stateDir: state
`,
  )
  execFileSync('ip', ['link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'peer0'])
})

test.after(() => lab.close())

test('doctor finds no problem before and after a first apply, and changes nothing', async () => {
  const before = traces()
  const first = await examine()
  const problems = first.checks.filter(({ status }) => status === 'problem')
  assert.equal([first.version, first.code, first.problems, problems], [1, 0, 0, []])
  assert.match(findingsOf(first, 'configuration')[0] ?? '', /^ok: .*this host is "web-1"/)
  assert.match(findingsOf(first, 'repository')[0] ?? '', /^ok: .*answers, the branch is at [0-9a-f]{10}$/)
  assert.match(findingsOf(first, 'boot ruleset')[0] ?? '', /^not checked/)
  assert.equal(findingsOf(first, 'other firewalls'), ['ok: none'])
  assert.is(traces(), before)

  assert.is((await rampart('apply', '--config', config)).code, 0)
  const applied = traces()
  const second = await examine()
  assert.is(second.code, 0)
  assert.match(findingsOf(second, 'boot ruleset')[0] ?? '', /^ok: .*loads$/)
  assert.equal(findingsOf(second, 'interfaces'), ['ok: governed: eth0 (web-1-eth0)'])
  assert.match(findingsOf(second, 'agent')[0] ?? '', /^warning: .*no agent runs/)
  assert.is(traces(), applied)
})

test('doctor names the base chains of others that may drop what rampart allows', async () => {
  nft(`
table inet firewalld { chain filter_INPUT { type filter hook input priority 10; policy accept; tcp dport 443 reject; }; }
table ip filter {
  chain DOCKER-USER { return; }
  chain FORWARD { type filter hook forward priority 0; policy drop; }
}
`)
  const before = traces()
  const { code, ...report } = await examine()
  assert.is(code, 0, 'a warning, for it may be meant')
  assert.equal(findingsOf(report, 'other firewalls'), [
    'warning: table inet firewalld, chain filter_INPUT (input, priority 10, policy accept; firewalld) has rules that drop, even what rampart allows',
    'warning: table ip filter, chain FORWARD (forward, priority 0, policy drop; docker) drops what it does not accept, even what rampart allows',
    'ok: no others',
  ])
  assert.is(traces(), before)
  nft('delete table inet firewalld\ndelete table ip filter\n')
})

test('doctor finds an endpoint on the port of a bridge', async () => {
  execFileSync('ip', ['link', 'add', 'br0', 'type', 'bridge'])
  execFileSync('ip', ['link', 'set', 'eth0', 'master', 'br0'])
  const { code, ...report } = await examine()
  assert.is(code, 1)
  assert.equal(findingsOf(report, 'interfaces'), [
    'problem: endpoint web-1-eth0 governs eth0, a port of br0: it never sees a packet',
  ])
  execFileSync('ip', ['link', 'delete', 'br0'])
})

test('doctor finds a wrong token and a token that everybody may read, and prints neither', async () => {
  writeFileSync(token, 'swordfish\n')
  chmodSync(token, 0o644)
  const { code, out, err } = await rampart('doctor', '--config', config)
  assert.is(code, 1)
  assert.match(out, /^problem +repository +cannot fetch .*40[13]/m)
  assert.match(out, /^problem +repository\.tokenFile .*everybody.* -> chmod o= /m)
  assert.match(out, /^2 problems, /m)
  assert.not.match(out + err, /swordfish|hunter2/)
})

test('doctor names the place of a fault in the configuration', async () => {
  writeFileSync(
    config,
    'apiVersion: rampart/v1\nkind: AgentConfiguration\nrepository: {url: "https://git.example.org/x.git", token: x}\n',
  )
  const { code, ...report } = await examine()
  assert.is(code, 1)
  assert.match(findingsOf(report, 'configuration')[0] ?? '', /^problem: .*agent\.yaml:3:52: unknown field "token"/)
})

test('doctor exits 64 on wrong words', async () => {
  assert.is((await rampart('doctor', '--frobnicate')).code, 64)
  assert.is((await rampart('doctor', '--format', 'xml')).code, 64)
})

if (inOwnNamespace(fileURLToPath(import.meta.url), '-m')) test.run()
