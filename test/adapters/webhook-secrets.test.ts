import { createHmac } from 'node:crypto'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openWebhookSecrets } from '../../src/adapters/webhook-secrets.ts'

const test = suite<{ folder: string; path: string }>('adapters/webhook-secrets', { folder: '', path: '' })

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'rampart-secrets-'))
  context.path = join(context.folder, 'secret')
})
test.after.each(({ folder }) => rm(folder, { recursive: true, force: true }))

const body = Buffer.from('Hello, World!')

test("verify() agrees with the example of GitHub's documentation", async ({ path }) => {
  await writeFile(path, "It's a Secret to Everybody")
  const secrets = await openWebhookSecrets(path)
  const signature = Buffer.from('757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17', 'hex')
  assert.ok(await secrets.verify(body, signature))
  assert.not(await secrets.verify(Buffer.from('Hello, World?'), signature))
  assert.not(await secrets.verify(body, signature.subarray(1)))
})

test('verify() follows a file that is replaced by one of the same size', async ({ path }) => {
  const sign = (secret: string): Buffer => createHmac('sha256', secret).update(body).digest()
  await writeFile(path, 'aaaa\n')
  const secrets = await openWebhookSecrets(path)
  await writeFile(`${path}.new`, 'bbbb\n')
  await rename(`${path}.new`, path)
  assert.equal([await secrets.verify(body, sign('aaaa')), await secrets.verify(body, sign('bbbb'))], [false, true])
})

test.run()
