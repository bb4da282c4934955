import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startObserveServer } from '../../src/adapters/observe-server.ts'
import type { AgentStatus } from '../../src/reconcile/agent-status.ts'
import { agentStatus } from '../fakes/agent-status.ts'

const test = suite('adapters/observe-server')

async function ask(
  path: string,
  known: { readonly status?: AgentStatus; readonly alive?: boolean; readonly method?: string } = {},
) {
  const server = await startObserveServer({
    listen: { host: '127.0.0.1', port: 0 },
    status: () => known.status ?? agentStatus(),
    report: async () => known.status ?? agentStatus(),
    isAlive: () => known.alive ?? true,
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'rampart_x 1\n' }),
    onFault: (error) => {
      throw error
    },
  })
  const response = await fetch(`http://127.0.0.1:${server.address.port}${path}`, { method: known.method ?? 'GET' })
  const answer = { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
  await server.close()
  return answer
}

const applied = { commit: 'f'.repeat(40), subject: 'open 443', committedAt: null, appliedAt: '2030-01-01T00:00:00Z' }

test('/healthz is 200 while the loop turns and 503 when it does not', async () => {
  assert.is((await ask('/healthz')).status, 200)
  assert.is((await ask('/healthz', { alive: false })).status, 503)
})

test('/readyz is 503 until a revision is applied, and stays 200 when the next one is refused', async () => {
  assert.is((await ask('/readyz')).status, 503)
  const attempted = {
    commit: 'e'.repeat(40),
    at: '',
    trigger: 'webhook',
    outcome: 'invalid' as const,
    message: '',
    diagnostics: [],
    notes: [],
    failures: 1,
  }
  assert.is((await ask('/readyz', { status: agentStatus({ applied, attempted }) })).status, 200)
})

test('/status is the whole status as JSON', async () => {
  const { type, text } = await ask('/status', { status: agentStatus({ applied }) })
  assert.is(type, 'application/json')
  assert.equal(JSON.parse(text), agentStatus({ applied }))
})

test('/metrics is the page of the metrics', async () => {
  assert.equal(await ask('/metrics'), { status: 200, type: 'text/plain; version=0.0.4', text: 'rampart_x 1\n' })
})

test('startObserveServer() is read-only, answers HEAD without a body and names its pages', async () => {
  for (const method of ['POST', 'PUT', 'DELETE']) assert.is((await ask('/status', { method })).status, 405)
  assert.equal(await ask('/healthz', { method: 'HEAD' }).then(({ status, text }) => ({ status, text })), {
    status: 200,
    text: '',
  })
  assert.equal(await ask('/hook').then(({ status, text }) => ({ status, text })), {
    status: 404,
    text: 'not found: /metrics, /healthz, /readyz, /status\n',
  })
})

test.run()
