/** An agent that believes signed commits alone, and a repository in which all goes wrong that can. */

import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { AgentConfiguration, TrustConfiguration } from '../../src/host/agent-configuration.ts'
import type { AgentStatus } from '../../src/reconcile/agent-status.ts'
import { AgentLab, listRuleset } from '../fakes/agent-lab.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { temporaryFolder, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { createCommit, createSigner, moveBranch, signTip } from '../fakes/signers.ts'

const test = suite('agent/trust')
const folder = temporaryFolder()
const signersFile = join(folder, 'allowed_signers')
let agent: AgentLab
const ada = createSigner(folder, 'ada')
const eve = createSigner(folder, 'eve')
/** The last signed commit that the agent enforces. */
let applied = ''

function trusting(changes: Partial<TrustConfiguration> = {}): Partial<AgentConfiguration> {
  const trust = { require: 'all', allowedSignersFile: signersFile, pgpKeysFile: undefined, allowRewind: false } as const
  return { trust: { ...trust, ...changes } }
}

function allow(...entries: readonly string[]): void {
  writeFileSync(signersFile, entries.map((entry) => `${entry}\n`).join(''))
}

/** A commit of ada's that opens the port, on top of the branch. */
function push(port: number): string {
  agent.git.commit({ files: { 'policy.yaml': webPolicy(port) } })
  return signTip(agent.git.repository, ada)
}

function message({ attempted }: AgentStatus): string {
  return attempted?.message ?? ''
}

/** Nothing changed but what is said. */
async function assertRefused(reason: RegExp): Promise<void> {
  const before = listRuleset()
  const status = await agent.sync()
  assert.equal([status.attempted?.outcome, status.applied?.commit], ['untrusted', applied], message(status))
  assert.match(message(status), reason)
  assert.match(message(status), /^not trusted, the revision before it stays enforced: /)
  assert.is(listRuleset(), before)
  assert.match(readFileSync(join(agent.folder, 'state', 'last-good.nft'), 'utf8'), applied)
  const line = agent.lines.filter(({ event }) => event === 'commit-refused').at(-1)
  assert.equal([line?.message, line?.applied], [message(status), applied])
}

async function assertTaken(commit: string): Promise<AgentStatus> {
  const status = await agent.sync()
  assert.equal([status.attempted?.outcome, status.applied?.commit], ['converged', commit], message(status))
  applied = commit
  return status
}

test.before(async () => {
  agent = await AgentLab.open()
  allow(`ada@example.org namespaces="git" ${ada.publicKey}`)
  agent.git.commit({ files: { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(1) } })
  applied = push(443)
})

test.after(() => agent.close())

test('without a record of before, the tip alone is checked, and that is said loudly', async () => {
  const { attempted, trust } = await agent.firstRun(trusting())
  assert.is(attempted?.outcome, 'converged')
  assert.equal([trust.require, trust.signer], ['all', `ada@example.org (ED25519 key ${ada.fingerprint})`])
  assert.match(trust.warnings.join(), 'it is not known what was enforced here before')
  assert.ok(agent.lines.some(({ event, level }) => event === 'history-unknown' && level === 'warn'))
  const next = await assertTaken(push(444))
  assert.equal(next.trust.warnings, [])
})

test('an unsigned commit is refused, and a signed one in its place taken', async () => {
  agent.git.commit({ files: { 'policy.yaml': webPolicy(445) } })
  await assertRefused(/commit [0-9a-f]{10} is not signed$/)
  await assertTaken(signTip(agent.git.repository, ada))
})

test('a commit signed by an unknown key is refused, and taken when the key is added', async () => {
  agent.git.commit({ files: { 'policy.yaml': webPolicy(446) } })
  const commit = signTip(agent.git.repository, eve)
  // base64 has a plus sign
  const key = eve.fingerprint.replaceAll('+', '\\+')
  await assertRefused(new RegExp(`is signed with ED25519 key ${key}, for which .* has no entry in force$`))
  allow(`ada@example.org ${ada.publicKey}`, `eve@example.org ${eve.publicKey}`)
  const { trust } = await assertTaken(commit)
  assert.match(trust.signer ?? '', 'eve@example.org')
})

test('an unsigned parent under a signed tip is refused, also one that a merge brings along', async () => {
  const hidden = createCommit(agent.git.repository, { like: applied, parents: [applied], branch: 'main' })
  push(447)
  await assertRefused(new RegExp(`commit ${hidden.slice(0, 10)}, which [0-9a-f]{10} brings along, is not signed`))
  const side = createCommit(agent.git.repository, { like: applied, parents: [applied], message: 'side' })
  const merge = { like: applied, parents: [applied, side], signer: ada, branch: 'main' }
  createCommit(agent.git.repository, merge)
  await assertRefused(new RegExp(`commit ${side.slice(0, 10)}, which`))
  const signedSide = createCommit(agent.git.repository, { like: applied, parents: [applied], signer: ada })
  await assertTaken(createCommit(agent.git.repository, { ...merge, parents: [applied, signedSide] }))
})

test('the refusals are counted', async () => {
  assert.is(await agent.metric(/rampart_runs_total\{outcome="untrusted"\} (\d+)/), 4)
})

test('drift is healed while a commit is refused', async () => {
  agent.git.commit({ files: { 'policy.yaml': webPolicy(448) } })
  const before = listRuleset()
  execFileSync('nft', ['delete table inet rampart'])
  const { attempted } = await agent.sync()
  assert.is(attempted?.outcome, 'untrusted')
  assert.is(listRuleset(), before)
  await assertTaken(signTip(agent.git.repository, ada))
})

test('a rewound branch is refused, also after a restart and a fresh clone, and taken when it goes on', async () => {
  const before = applied
  const old = execFileSync('git', ['--git-dir', agent.git.repository, 'rev-parse', `${applied}~2`], {
    encoding: 'utf8',
  })
  moveBranch(agent.git.repository, 'main', old.trim())
  await assertRefused(/rewound or rewritten, commit [0-9a-f]{10} does not descend from the last applied commit/)
  await agent.stop()
  rmSync(join(agent.folder, 'state', 'repo'), { recursive: true })
  await agent.firstRun(trusting())
  await assertRefused(/commit [0-9a-f]{10} does not descend from the last applied commit/)
  push(450)
  await assertRefused(/commit [0-9a-f]{10} does not descend from the last applied commit/)
  moveBranch(agent.git.repository, 'main', before)
  await assertTaken(push(451))
})

test('descent is proven over many commits that a fresh clone does not bring at first', async () => {
  await agent.stop()
  rmSync(join(agent.folder, 'state', 'repo'), { recursive: true })
  for (let at = 0; at < 70; at++) agent.git.commit({ files: { 'policy.yaml': webPolicy(10_000 + at) } })
  const commit = push(452)
  const { attempted, trust } = await agent.firstRun(trusting({ require: 'head' }))
  assert.is(attempted?.outcome, 'converged', attempted?.message)
  assert.equal(trust.warnings, [])
  applied = commit
  await assertTaken(push(453))
})

test('another history is refused, and with allowRewind taken with a warning', async () => {
  agent.git.commit({ files: { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(454) }, parent: 'root' })
  const commit = signTip(agent.git.repository, ada)
  await assertRefused(/does not descend from the last applied commit [0-9a-f]{10}: push commits that go on from it/)
  await agent.stop()
  const { attempted, trust } = await agent.firstRun(trusting({ allowRewind: true }))
  assert.is(attempted?.outcome, 'converged', attempted?.message)
  assert.match(trust.warnings.join(), 'trust.allowRewind permits it')
  assert.ok(agent.lines.some(({ event }) => event === 'history-rewound'))
  applied = commit
})

test('a signers file that is missing fails the run with its path, and the policy stands', async () => {
  const before = listRuleset()
  rmSync(signersFile)
  push(455)
  const status = await agent.sync()
  assert.equal([status.attempted?.outcome, status.applied?.commit], ['failed', applied])
  assert.is(message(status), `trust: cannot read "${signersFile}": no such file or folder`)
  assert.is(listRuleset(), before)
  allow(`ada@example.org ${ada.publicKey}`)
  await agent.sync()
  assert.is((await agent.status())?.attempted?.outcome, 'converged')
})

test('a state that is lost lets an old signed commit in, but says so', async () => {
  await agent.stop()
  rmSync(join(agent.folder, 'state'), { recursive: true })
  const old = execFileSync('git', ['--git-dir', agent.git.repository, 'rev-parse', 'main~1'], {
    encoding: 'utf8',
  }).trim()
  moveBranch(agent.git.repository, 'main', old)
  agent.lines.length = 0
  const { attempted, applied: enforced, trust } = await agent.firstRun(trusting())
  assert.equal([attempted?.outcome, enforced?.commit], ['converged', old])
  assert.match(trust.warnings.join(), 'its signature alone was checked')
  assert.ok(agent.lines.some(({ event }) => event === 'history-unknown'))
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
