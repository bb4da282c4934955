import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { generic } from '../../src/adapters/webhook-generic.ts'

const test = suite('adapters/webhook-generic')

test('readHeaders() reads signature and id; every request is a push', () => {
  const headers = { 'x-signature-256': `sha256=${'ab'.repeat(32)}`, 'x-delivery': 'build-17' }
  assert.equal(generic.readHeaders(headers), {
    proof: { type: 'signature', digest: Buffer.alloc(32, 0xab) },
    event: 'push',
    deliveryId: 'build-17',
    signedAt: undefined,
  })
  assert.equal(generic.readHeaders({}), {
    proof: undefined,
    event: 'push',
    deliveryId: undefined,
    signedAt: undefined,
  })
})

test('readPush() takes what the body leaves out to mean ours', () => {
  assert.equal(generic.readPush(''), { refs: 'any', repositories: [] })
  assert.equal(generic.readPush('{}'), { refs: 'any', repositories: [] })
  assert.equal(generic.readPush('{"ref":"refs/heads/main","repository":"net/firewall"}'), {
    refs: ['refs/heads/main'],
    repositories: ['net/firewall'],
  })
})

test('readPush() gives undefined when the body is something else', () => {
  for (const body of ['x', '"x"', '{"ref":1}', '{"repository":{"full_name":"net/firewall"}}'])
    assert.is(generic.readPush(body), undefined, body)
})

test.run()
