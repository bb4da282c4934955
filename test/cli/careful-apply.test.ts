/** `rampart apply` by hand is as careful as the agent; `rampart confirm`, `rampart remove` beside a change that waits. */

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type CommandEnd, rampart } from '../fakes/command-line.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { policyFolder, temporaryFolder, webEndpoint, webPolicy, webTest } from '../fakes/policy-folder.ts'
import { until } from '../fakes/until.ts'

const test = suite('apply with care')
const stateDir = temporaryFolder()
const live = (): string => execFileSync('nft', ['-s', 'list', 'ruleset'], { encoding: 'utf8' })
const folderOf = (port: number): string => policyFolder({ 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(port) })

function configured(apply: string): string {
  const text = `apiVersion: rampart/v1
kind: AgentConfiguration
node: web-1
repository: {url: "https://git.example.org/x.git"}
apply: {${apply}}
`
  return join(policyFolder({ 'agent.yaml': text }), 'agent.yaml')
}

function apply(folder: string, how: string, ...words: readonly string[]): Promise<CommandEnd> {
  return rampart('apply', '--from', folder, '--config', configured(how), '--state-dir', stateDir, ...words)
}

test.before(async () => {
  process.env.RAMPART_RUNTIME_DIR = temporaryFolder()
  assert.is((await apply(folderOf(443), 'probes: []')).code, 0)
})

test('apply exits 3 when the change was taken back, and the kernel holds the table of before', async () => {
  const before = live()
  // it works as long as the new port is not in the kernel
  const probe = '{command: [sh, -c, "! nft list table inet rampart | grep -q 8443"]}'
  const { code, err } = await apply(folderOf(8443), `confirmTimeout: 1s, confirmAfter: 500ms, probes: [${probe}]`)
  assert.is(code, 3)
  assert.match(err, /applied and taken back \(probes\): worked before, and went on failing: command sh/)
  assert.is(live(), before)
  assert.equal([existsSync(join(stateDir, 'inverse.nft')), existsSync(join(stateDir, 'pending.json'))], [false, false])
})

test('apply exits 1 when a guard objects, and 0 with --allow', async () => {
  const before = live()
  const bare = policyFolder({ 'web.yaml': webEndpoint })
  const refused = await apply(bare, 'probes: []')
  assert.equal([refused.code, live() === before], [1, true])
  assert.match(refused.err, 'refused: bare-endpoint: no policy selects the host endpoint "web-1-eth0"')
  const allowed = await apply(bare, 'probes: []', '--allow', 'bare-endpoint')
  assert.is(allowed.code, 0)
  assert.match(allowed.err, /^note: bare-endpoint was allowed: /m)
  assert.is((await apply(folderOf(443), 'probes: []')).code, 0)
})

test('apply exits 1 when a policy test of this host fails, and changes nothing; plan warns', async () => {
  const before = live()
  const files = { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(8443), 'test.yaml': webTest(443) }
  const failing = policyFolder(files)
  const { code, err } = await apply(failing, 'probes: []')
  assert.equal([code, live() === before], [1, true])
  assert.match(err, 'test.yaml:7:14: error[test-failed]: "the world reaches the port" does not hold on web-1')
  const planned = await rampart('plan', '--from', failing, '--config', configured('probes: []'))
  assert.is(planned.code, 2)
  assert.match(planned.err, 'the agent would not apply this: its tests do not hold here')
})

test('apply refuses to override a guard that does not exist', async () => {
  for (const words of ['cut-session', '']) {
    const { code, err } = await apply(folderOf(443), 'probes: []', '--allow', words)
    assert.equal([code, /name some of cut-sessions, mass-removal, bare-endpoint/.test(err)], [64, true])
  }
})

test('confirm keeps what apply waits with at another terminal', async () => {
  const applying = apply(folderOf(9443), 'confirmTimeout: 50s, requireConfirm: true, probes: []')
  await until('the wait', () => existsSync(join(stateDir, 'inverse.nft')) && live().includes('9443'))
  const confirmed = await rampart('confirm', '--state-dir', stateDir)
  assert.equal([confirmed.code, confirmed.out], [0, 'confirmed: directory stays\n'])
  const { code, err } = await applying
  assert.is(code, 0)
  assert.match(err, 'say "rampart confirm" before')
  assert.match(live(), '9443')
  const again = await rampart('confirm', '--state-dir', stateDir)
  assert.equal([again.code, /no change waits for confirmation/.test(again.err)], [1, true])
})

test('remove takes a change that waits with it: nothing brings the table back', async () => {
  await apply(folderOf(443), 'probes: []')
  const copied = ['inverse.nft', 'pending.json'].map((name) => join(stateDir, name))
  const script = 'table inet rampart\ndelete table inet rampart\ntable inet rampart {\n}\n'
  for (const path of copied) execFileSync('sh', ['-c', `printf '%s' "$1" > "$0"`, path, script])
  assert.is((await rampart('remove', '--state-dir', stateDir)).code, 0)
  assert.equal(
    copied.filter((path) => existsSync(path)),
    [],
  )
  assert.is(live(), '')
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
