import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { github } from '../../src/adapters/webhook-github.ts'

const test = suite('adapters/webhook-github')

test('readHeaders() reads signature, event and delivery id', () => {
  const headers = {
    'x-hub-signature-256': `sha256=${'aB'.repeat(32)}`,
    'x-github-event': 'push',
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
  }
  assert.equal(github.readHeaders(headers), {
    proof: { type: 'signature', digest: Buffer.alloc(32, 0xab) },
    event: 'push',
    deliveryId: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    signedAt: undefined,
  })
})

test('readHeaders() takes nothing for a signature that is not exactly one', () => {
  const hex = 'ab'.repeat(32)
  for (const value of [
    undefined,
    '',
    hex,
    `sha1=${hex}`,
    `sha256=${hex}ab`,
    `sha256=${hex.slice(2)}`,
    `sha256=${hex}, sha256=${hex}`,
    `sha256=${'zz'.repeat(32)}`,
  ]) {
    assert.is(github.readHeaders(value === undefined ? {} : { 'x-hub-signature-256': value }).proof, undefined, value)
  }
})

test('readHeaders() knows push and ping, and no delivery id that could not be one', () => {
  assert.is(github.readHeaders({ 'x-github-event': 'issues' }).event, 'other')
  assert.is(github.readHeaders({}).event, undefined)
  assert.is(github.readHeaders({ 'x-github-delivery': 'x'.repeat(129) }).deliveryId, undefined)
})

test('readPush() gives the ref and every name of the repository', () => {
  const body = {
    ref: 'refs/heads/main',
    repository: { full_name: 'net/firewall', clone_url: 'https://git.example.org/net/firewall.git', id: 1 },
  }
  assert.equal(github.readPush(JSON.stringify(body)), {
    refs: ['refs/heads/main'],
    repositories: ['net/firewall', 'https://git.example.org/net/firewall.git'],
  })
})

test('readPush() gives no name when the sender names no repository', () => {
  assert.equal(github.readPush('{"ref":"refs/heads/main"}'), { refs: ['refs/heads/main'], repositories: [] })
})

test('readPush() gives undefined when the body is no push', () => {
  for (const body of ['', '{', 'null', '[]', '"x"', '{"ref":1,"repository":{}}', 'payload=%7B%7D']) {
    assert.is(github.readPush(body), undefined, body)
  }
})

test.run()
