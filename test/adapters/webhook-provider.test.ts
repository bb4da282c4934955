/** Every provider against the real server: what it sends for a push is taken once, and nothing that another secret signed. */

import { createHmac } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startWebhook, type WebhookOptions } from '../../src/adapters/webhook.ts'
import type { WebhookProviderName } from '../../src/host/agent-configuration.ts'
import { sign, webhookOptions, webhookSecret } from '../fakes/webhook-options.ts'

interface Context {
  folder: string
  secretFile: string
  pushes: number
}

const test = suite<Context>('adapters/webhook-provider', { folder: '', secretFile: '', pushes: 0 })

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'rampart-webhook-'))
  context.secretFile = join(context.folder, 'secret')
  context.pushes = 0
  await writeFile(context.secretFile, `${webhookSecret}\n`)
})
test.after.each(({ folder }) => rm(folder, { recursive: true, force: true }))

const optionsFor = (context: Context): WebhookOptions => webhookOptions(context.secretFile, () => context.pushes++)

/** What each provider sends for a push to our branch, signed with the secret of the test. */
const providers: readonly {
  readonly provider: WebhookProviderName
  readonly body: string
  readonly headers: (body: string) => Readonly<Record<string, string>>
}[] = [
  {
    provider: 'gitlab',
    body: JSON.stringify({ ref: 'refs/heads/main', project: { path_with_namespace: 'net/firewall' } }),
    headers: () => ({ 'x-gitlab-event': 'Push Hook', 'x-gitlab-token': webhookSecret, 'idempotency-key': 'one' }),
  },
  {
    provider: 'gitlab',
    body: JSON.stringify({ ref: 'refs/heads/main', project: { path_with_namespace: 'net/firewall' } }),
    headers: (body) => datedHeaders(body, Math.round(Date.now() / 1000)),
  },
  {
    provider: 'gitea',
    body: JSON.stringify({ ref: 'refs/heads/main', repository: { full_name: 'net/firewall' } }),
    headers: (body) => ({
      'x-gitea-event': 'push',
      'x-gitea-delivery': 'one',
      'x-gitea-signature': sign(body).slice('sha256='.length),
    }),
  },
  {
    provider: 'bitbucket',
    body: JSON.stringify({
      repository: { full_name: 'net/firewall' },
      push: { changes: [{ new: { type: 'branch', name: 'main' } }] },
    }),
    headers: (body) => ({ 'x-event-key': 'repo:push', 'x-request-uuid': '{1}', 'x-hub-signature': sign(body) }),
  },
  {
    provider: 'generic',
    body: '{}',
    headers: (body) => ({ 'x-delivery': 'one', 'x-signature-256': sign(body) }),
  },
]

function datedHeaders(body: string, seconds: number): Readonly<Record<string, string>> {
  const digest = createHmac('sha256', webhookSecret).update(`one.${seconds}.${body}`).digest('base64')
  const signature = { 'webhook-id': 'one', 'webhook-timestamp': `${seconds}`, 'webhook-signature': `v1,${digest}` }
  return { 'x-gitlab-event': 'Push Hook', ...signature }
}

test('startWebhook() takes a push of each provider once, and not what another secret signed', async (context) => {
  for (const { provider, body, headers } of providers) {
    const server = await startWebhook({ ...optionsFor(context), provider })
    const post = (sent: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${server.address.port}/hook`, { method: 'POST', body: sent, headers: headers(body) })
    const statuses = [(await post(`${body} `)).status, (await post(body)).status, (await post(body)).status]
    // GitLab's token does not say what it belongs to
    assert.equal(statuses, 'x-gitlab-token' in headers(body) ? [202, 409, 409] : [401, 202, 409], provider)
    await writeFile(context.secretFile, 'another secret\n')
    assert.is((await post(body)).status, 401, provider)
    await writeFile(context.secretFile, `${webhookSecret}\n`)
    await server.close()
  }
})

test('startWebhook() refuses a signature that is older than five minutes, or from the future', async (context) => {
  const server = await startWebhook({ ...optionsFor(context), provider: 'gitlab' })
  for (const minutes of [-6, 6]) {
    const headers = datedHeaders('{}', Math.round(Date.now() / 1000) + minutes * 60)
    const post = { method: 'POST', body: '{}', headers }
    assert.is((await fetch(`http://127.0.0.1:${server.address.port}/hook`, post)).status, 409)
  }
  await server.close()
  assert.is(context.pushes, 0)
})

test.run()
