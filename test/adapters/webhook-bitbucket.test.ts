import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bitbucket } from '../../src/adapters/webhook-bitbucket.ts'

const test = suite('adapters/webhook-bitbucket')
const signature = `sha256=${'ab'.repeat(32)}`
const proof = { type: 'signature', digest: Buffer.alloc(32, 0xab) }

test('readHeaders() reads those of Cloud', () => {
  const headers = {
    'x-event-key': 'repo:push',
    'x-hub-signature': signature,
    'x-hook-uuid': '{e9ef5a4c-9f1c-4b8a-8a3c-7a0a0c0f0001}',
    'x-request-uuid': '{0c6d3b0f-30b9-4b60-8f0e-7f7b3a2f0002}',
    'x-attempt-number': '1',
  }
  const deliveryId = '{0c6d3b0f-30b9-4b60-8f0e-7f7b3a2f0002}'
  assert.equal(bitbucket.readHeaders(headers), { proof, event: 'push', deliveryId, signedAt: undefined })
})

test('readHeaders() reads those of Data Center, and its test as a ping', () => {
  const headers = { 'x-event-key': 'repo:refs_changed', 'x-hub-signature': signature, 'x-request-id': 'b2c1' }
  assert.equal(bitbucket.readHeaders(headers), { proof, event: 'push', deliveryId: 'b2c1', signedAt: undefined })
  assert.is(bitbucket.readHeaders({ 'x-event-key': 'diagnostics:ping' }).event, 'ping')
  assert.is(bitbucket.readHeaders({ 'x-event-key': 'pr:opened' }).event, 'other')
  assert.is(bitbucket.readHeaders({}).event, undefined)
})

test("readHeaders() does not take GitHub's SHA-1 header of the same name", () => {
  assert.is(bitbucket.readHeaders({ 'x-hub-signature': `sha1=${'ab'.repeat(20)}` }).proof, undefined)
})

const cloud = (changes: readonly unknown[]): string =>
  JSON.stringify({
    actor: { display_name: 'Ada' },
    repository: {
      type: 'repository',
      full_name: 'net/firewall',
      links: { html: { href: 'https://bitbucket.org/net/firewall' } },
    },
    push: { changes },
  })

test('readPush() gives the branches and tags that a push to Cloud leaves', () => {
  const body = cloud([
    { old: { type: 'branch', name: 'main' }, new: { type: 'branch', name: 'main' }, forced: false },
    { old: null, new: { type: 'tag', name: 'v1' }, created: true },
    { old: { type: 'branch', name: 'gone' }, new: null, closed: true },
  ])
  assert.equal(bitbucket.readPush(body), {
    refs: ['refs/heads/main', 'refs/tags/v1'],
    repositories: ['net/firewall', 'https://bitbucket.org/net/firewall'],
  })
  assert.equal(bitbucket.readPush(cloud([{ old: { type: 'branch', name: 'main' }, new: null }]))?.refs, [])
})

test('readPush() gives the refs that changed in Data Center, and every name of the repository', () => {
  const body = {
    eventKey: 'repo:refs_changed',
    repository: {
      slug: 'firewall',
      id: 84,
      scmId: 'git',
      project: { key: 'NET', id: 4, type: 'NORMAL' },
      links: { clone: [{ href: 'https://git.example.org/scm/net/firewall.git', name: 'http' }] },
    },
    changes: [
      { ref: { id: 'refs/heads/main', displayId: 'main', type: 'BRANCH' }, refId: 'refs/heads/main', type: 'UPDATE' },
      { ref: { id: 'refs/heads/dev', displayId: 'dev', type: 'BRANCH' }, type: 'ADD' },
    ],
  }
  assert.equal(bitbucket.readPush(JSON.stringify(body)), {
    refs: ['refs/heads/main', 'refs/heads/dev'],
    repositories: ['NET/firewall', 'https://git.example.org/scm/net/firewall.git'],
  })
})

test('readPush() gives undefined when the body is no push', () => {
  for (const body of ['', '{}', '{"push":{}}', '{"changes":{}}', '{"test":true}', 'null'])
    assert.is(bitbucket.readPush(body), undefined, body)
})

test.run()
