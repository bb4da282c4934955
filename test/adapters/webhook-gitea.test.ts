import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { gitea } from '../../src/adapters/webhook-gitea.ts'

const test = suite('adapters/webhook-gitea')
const hex = 'ab'.repeat(32)
const proof = { type: 'signature', digest: Buffer.alloc(32, 0xab) }

const ofGitea = {
  'x-gitea-event': 'push',
  'x-gitea-delivery': 'f6266f16-1bf3-46a5-9ea4-602e06ead473',
  'x-gitea-signature': hex,
  'x-hub-signature-256': `sha256=${'00'.repeat(32)}`,
}

test('readHeaders() reads the headers of Gitea, whose signature is bare', () => {
  const expected = { proof, event: 'push', deliveryId: 'f6266f16-1bf3-46a5-9ea4-602e06ead473', signedAt: undefined }
  assert.equal(gitea.readHeaders(ofGitea), expected)
  assert.is(gitea.readHeaders({ ...ofGitea, 'x-gitea-signature': `sha256=${hex}` }).proof, undefined)
})

test("readHeaders() prefers Forgejo's own headers, and a bad signature there is not made good by the other", () => {
  const ofForgejo = { ...ofGitea, 'x-forgejo-event': 'push', 'x-forgejo-delivery': 'own', 'x-forgejo-signature': hex }
  assert.equal(gitea.readHeaders(ofForgejo), { proof, event: 'push', deliveryId: 'own', signedAt: undefined })
  assert.is(gitea.readHeaders({ ...ofForgejo, 'x-forgejo-signature': 'no' }).proof, undefined)
})

test('readHeaders() knows a push from everything else', () => {
  assert.is(gitea.readHeaders({ 'x-gitea-event': 'create' }).event, 'other')
  assert.is(gitea.readHeaders({ 'x-github-event': 'push' }).event, undefined)
})

test('readPush() gives the ref and every name of the repository', () => {
  const body = {
    ref: 'refs/heads/main',
    before: '0000000000000000000000000000000000000000',
    after: 'bffeb74224043ba2feb48d137756c8a9331c449a',
    commits: [],
    repository: {
      id: 140,
      full_name: 'net/firewall',
      html_url: 'https://forge.example.org/net/firewall',
      ssh_url: 'ssh://git@forge.example.org:2222/net/firewall.git',
      clone_url: 'https://forge.example.org/net/firewall.git',
    },
    pusher: { login: 'ada' },
  }
  assert.equal(gitea.readPush(JSON.stringify(body)), {
    refs: ['refs/heads/main'],
    repositories: [
      'net/firewall',
      'https://forge.example.org/net/firewall.git',
      'ssh://git@forge.example.org:2222/net/firewall.git',
      'https://forge.example.org/net/firewall',
    ],
  })
})

test.run()
