import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rampart } from '../fakes/command-line.ts'
import { type GitLab, openGitLab } from '../fakes/git-lab.ts'
import { policyFolder, webEndpoint } from '../fakes/policy-folder.ts'
import { createSigner, signTip } from '../fakes/signers.ts'

const test = suite('cli: trust')
let lab: GitLab

test.before(async () => {
  lab = await openGitLab()
  lab.commit({ files: { 'web.yaml': webEndpoint } })
})
test.after(() => lab.close())

test('a command that shows a policy says when the agent would not believe it', async () => {
  const lines = [
    'apiVersion: rampart/v1',
    'kind: AgentConfiguration',
    `repository: {url: "${lab.proxy.url}/policy.git"}`,
    'trust: {allowedSignersFile: allowed_signers}',
  ]
  const folder = policyFolder({ 'agent.yaml': `${lines.join('\n')}\n` })
  const ada = createSigner(folder, 'ada')
  writeFileSync(join(folder, 'allowed_signers'), `ada@example.org ${ada.publicKey}\n`)
  const render = () => rampart('render', '--config', join(folder, 'agent.yaml'), '--host', 'web-1')
  const unsigned = await render()
  assert.is(unsigned.code, 0, unsigned.err)
  assert.match(unsigned.err, /^rampart: warning: the agent would refuse this: commit [0-9a-f]{10} is not signed\n/)
  signTip(lab.repository, ada)
  const signed = await render()
  assert.equal([signed.code, signed.err], [0, unsigned.err.split('\n').slice(1).join('\n')])
})

test('--repo refuses plain http beyond this machine before anything is sent', async () => {
  const { code, err } = await rampart('render', '--repo', 'http://git.example.org/x.git', '--host', 'web-1')
  assert.is(code, 64)
  assert.match(err, '--repo: anybody on the way could change the policy over plain http')
})

test.run()
