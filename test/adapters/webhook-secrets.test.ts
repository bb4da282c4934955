import { createHmac } from 'node:crypto'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { WebhookProof } from '../../src/adapters/webhook-provider.ts'
import { openWebhookSecrets } from '../../src/adapters/webhook-secrets.ts'

const test = suite<{ folder: string; path: string }>('adapters/webhook-secrets', { folder: '', path: '' })

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'rampart-secrets-'))
  context.path = join(context.folder, 'secret')
})
test.after.each(({ folder }) => rm(folder, { recursive: true, force: true }))

const body = Buffer.from('Hello, World!')
const signature = (digest: Buffer): WebhookProof => ({ type: 'signature', digest })
const token = (text: string): WebhookProof => ({ type: 'token', token: text })

test("verify() agrees with the example of GitHub's documentation", async ({ path }) => {
  await writeFile(path, "It's a Secret to Everybody")
  const secrets = await openWebhookSecrets(path)
  const digest = Buffer.from('757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17', 'hex')
  assert.ok(await secrets.verify(body, signature(digest)))
  assert.not(await secrets.verify(Buffer.from('Hello, World?'), signature(digest)))
  assert.not(await secrets.verify(body, signature(digest.subarray(1))))
})

test('verify() follows a file that is replaced by one of the same size', async ({ path }) => {
  const sign = (secret: string): WebhookProof => signature(createHmac('sha256', secret).update(body).digest())
  await writeFile(path, 'aaaa\n')
  const secrets = await openWebhookSecrets(path)
  await writeFile(`${path}.new`, 'bbbb\n')
  await rename(`${path}.new`, path)
  assert.equal([await secrets.verify(body, sign('aaaa')), await secrets.verify(body, sign('bbbb'))], [false, true])
})

test('verify() takes a token that is one of the lines, whole', async ({ path }) => {
  await writeFile(path, 'old token\nnew token\n')
  const secrets = await openWebhookSecrets(path)
  const taken: boolean[] = []
  for (const text of ['old token', 'new token', 'new toke', 'new token\n', 'old token\nnew token', ''])
    taken.push(await secrets.verify(body, token(text)))
  assert.equal(taken, [true, true, false, false, false, false])
})

test('verify() takes a dated signature of id, time and body, made with the key behind whsec_', async ({ path }) => {
  const key = Buffer.alloc(32, 7)
  await writeFile(path, `whsec_${key.toString('base64')}\n`)
  const secrets = await openWebhookSecrets(path)
  const digest = createHmac('sha256', key).update('id-1.1700000000.').update(body).digest()
  const dated = (prefix: string, ...digests: readonly Buffer[]): WebhookProof => ({
    type: 'dated-signature',
    digests,
    prefix,
  })
  assert.ok(await secrets.verify(body, dated('id-1.1700000000.', digest)))
  assert.ok(await secrets.verify(body, dated('id-1.1700000000.', Buffer.alloc(32), digest)), 'one of several')
  assert.not(await secrets.verify(body, dated('id-1.1700000001.', digest)))
  assert.not(await secrets.verify(body, dated('id-2.1700000000.', digest)))
  assert.not(await secrets.verify(body, signature(digest)))
})

test.run()
