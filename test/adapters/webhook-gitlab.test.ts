import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { gitlab } from '../../src/adapters/webhook-gitlab.ts'

const test = suite('adapters/webhook-gitlab')

const plain = {
  'x-gitlab-event': 'Push Hook',
  'x-gitlab-token': 'the token',
  'x-gitlab-event-uuid': '13792a34-cac6-4fda-95a8-c58e00a3954e',
  'x-gitlab-instance': 'https://gitlab.example.org',
}
const digest = Buffer.alloc(32, 0xab)
const dated = {
  ...plain,
  'idempotency-key': 'f5e5f430-f57b-4e6e-9fac-d9128cd7232f',
  'webhook-id': 'f5e5f430-f57b-4e6e-9fac-d9128cd7232f',
  'webhook-timestamp': '1764208800',
  'webhook-signature': `v1,${digest.toString('base64')}`,
}

test('readHeaders() reads token, event and the id of the event', () => {
  assert.equal(gitlab.readHeaders(plain), {
    proof: { type: 'token', token: 'the token' },
    event: 'push',
    deliveryId: '13792a34-cac6-4fda-95a8-c58e00a3954e',
    signedAt: undefined,
  })
})

test('readHeaders() prefers a signature to the token beside it, and the id that is signed', () => {
  assert.equal(gitlab.readHeaders(dated), {
    proof: {
      type: 'dated-signature',
      digests: [digest],
      prefix: 'f5e5f430-f57b-4e6e-9fac-d9128cd7232f.1764208800.',
    },
    event: 'push',
    deliveryId: 'f5e5f430-f57b-4e6e-9fac-d9128cd7232f',
    signedAt: new Date('2025-11-27T02:00:00Z'),
  })
})

test('readHeaders() gives no proof when the signature is not whole', () => {
  for (const broken of [
    { 'webhook-signature': '' },
    { 'webhook-signature': 'v1,AAAA' },
    { 'webhook-signature': `v2,${digest.toString('base64')}` },
    { 'webhook-signature': Array.from({ length: 9 }, () => dated['webhook-signature']).join(' ') },
    { 'webhook-timestamp': undefined },
    { 'webhook-timestamp': 'yesterday' },
    { 'webhook-id': undefined },
  ]) {
    assert.is(gitlab.readHeaders({ ...dated, ...broken }).proof, undefined, JSON.stringify(broken))
  }
  assert.is(gitlab.readHeaders({ ...plain, 'x-gitlab-token': '' }).proof, undefined)
})

test('readHeaders() knows a push of a branch from everything else', () => {
  assert.is(gitlab.readHeaders({ 'x-gitlab-event': 'Tag Push Hook' }).event, 'other')
  assert.is(gitlab.readHeaders({}).event, undefined)
})

test('readPush() gives the ref and every name of the project', () => {
  const body = {
    object_kind: 'push',
    event_name: 'push',
    ref: 'refs/heads/main',
    checkout_sha: 'da1560886d4f094c3e6c9ef40349f7d38b5d27d7',
    project: {
      id: 15,
      name: 'firewall',
      path_with_namespace: 'net/firewall',
      git_http_url: 'https://gitlab.example.org/net/firewall.git',
      git_ssh_url: 'git@gitlab.example.org:net/firewall.git',
      web_url: 'https://gitlab.example.org/net/firewall',
    },
    commits: [],
    total_commits_count: 1,
  }
  assert.equal(gitlab.readPush(JSON.stringify(body)), {
    refs: ['refs/heads/main'],
    repositories: [
      'net/firewall',
      'https://gitlab.example.org/net/firewall.git',
      'git@gitlab.example.org:net/firewall.git',
      'https://gitlab.example.org/net/firewall',
    ],
  })
  for (const other of ['', '[]', '{}', '{"ref":{}}']) assert.is(gitlab.readPush(other), undefined, other)
})

test.run()
