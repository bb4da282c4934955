import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rampart } from '../fakes/command-line.ts'
import { type GitLab, openGitLab } from '../fakes/git-lab.ts'
import { policyFolder, webEndpoint } from '../fakes/policy-folder.ts'

const test = suite('--repo beside --config')
let lab: GitLab

test.before(async () => {
  lab = await openGitLab()
  lab.commit({ files: { 'web.yaml': webEndpoint } })
})
test.after(() => lab.close())

async function credentialsSent(configuredUrl: string): Promise<readonly string[]> {
  const lines = [
    'apiVersion: rampart/v1',
    'kind: AgentConfiguration',
    `repository: {url: "${configuredUrl}", tokenFile: token}`,
  ]
  const folder = policyFolder({ 'agent.yaml': `${lines.join('\n')}\n`, token: 'secret\n' })
  lab.proxy.log.length = 0
  const from = ['--config', join(folder, 'agent.yaml'), '--repo', `${lab.proxy.url}/policy.git`]
  const { code, err } = await rampart('render', ...from, '--host', 'web-1')
  assert.is(code, 0, err)
  assert.ok(lab.proxy.log.length > 0)
  return [...new Set(lab.proxy.log.map(({ authorization }) => authorization ?? 'none'))]
}

test('--repo does not send the configured token to another server', async () => {
  assert.equal(await credentialsSent('https://git.example.org/policy.git'), ['none'])
})

test('--repo uses the configured token on the same server', async () => {
  const sent = await credentialsSent(`${lab.proxy.url}/other.git`)
  assert.equal(sent, [`Basic ${Buffer.from('rampart:secret').toString('base64')}`])
})

test.run()
