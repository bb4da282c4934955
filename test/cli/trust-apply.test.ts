import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { listRuleset } from '../fakes/agent-lab.ts'
import { rampart } from '../fakes/command-line.ts'
import { type GitLab, openGitLab } from '../fakes/git-lab.ts'
import { inOwnNamespace } from '../fakes/own-namespace.ts'
import { policyFolder, webEndpoint, webPolicy } from '../fakes/policy-folder.ts'
import { createSigner, moveBranch, signTip } from '../fakes/signers.ts'

const test = suite('cli: apply with trust')
let lab: GitLab

test.before(async () => {
  lab = await openGitLab()
})
test.after(() => lab.close())

test('apply refuses what the agent would refuse, and changes nothing', async () => {
  const lines = [
    'apiVersion: rampart/v1',
    'kind: AgentConfiguration',
    'node: web-1',
    `repository: {url: "${lab.proxy.url}/policy.git"}`,
    'trust: {allowedSignersFile: allowed_signers}',
    'stateDir: state',
  ]
  const folder = policyFolder({ 'agent.yaml': `${lines.join('\n')}\n` })
  const ada = createSigner(folder, 'ada')
  writeFileSync(join(folder, 'allowed_signers'), `ada@example.org ${ada.publicKey}\n`)
  const apply = () => rampart('apply', '--config', join(folder, 'agent.yaml'))

  lab.commit({ files: { 'web.yaml': webEndpoint, 'policy.yaml': webPolicy(443) } })
  const unsigned = await apply()
  assert.is(unsigned.code, 1)
  assert.match(unsigned.err, /^rampart: not trusted, nothing is enforced: commit [0-9a-f]{10} is not signed\n$/)
  assert.is(listRuleset(), '')

  const first = signTip(lab.repository, ada)
  assert.is((await apply()).code, 0)
  const before = listRuleset()
  assert.match(before, 'tcp dport 443')

  lab.commit({ files: { 'policy.yaml': webPolicy(444) } })
  signTip(lab.repository, ada)
  assert.is((await apply()).code, 0)
  moveBranch(lab.repository, 'main', first)
  const rewound = await apply()
  assert.is(rewound.code, 1)
  assert.match(rewound.err, 'the branch was rewound or rewritten')
  assert.match(listRuleset(), 'tcp dport 444')
})

if (inOwnNamespace(fileURLToPath(import.meta.url))) test.run()
