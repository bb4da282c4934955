/** What others may see of the agent, read-only: `/metrics`, `/healthz`, `/readyz`, `/status`. */

import type { ListenAddress } from '../host/agent-configuration.ts'
import type { AgentStatus } from '../reconcile/agent-status.ts'
import { type HttpAnswer, type HttpServer, startHttpServer } from './http-server.ts'

export interface ObserveOptions {
  readonly listen: ListenAddress
  readonly status: () => AgentStatus
  /** The status as the page shows it. */
  readonly report: () => Promise<AgentStatus>
  /** Whether the loop still turns; that we can answer shows that the process does. */
  readonly isAlive: () => boolean
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>
  readonly onFault: (error: unknown) => void
}

/** @throws HostError listen-failed */
export async function startObserveServer(options: ObserveOptions): Promise<HttpServer> {
  return await startHttpServer({
    listen: options.listen,
    maxBodyBytes: 0,
    onFault: options.onFault,
    async handle(request) {
      const page = pages.get(request.path)
      if (page === undefined) return { status: 404, body: `not found: ${[...pages.keys()].join(', ')}\n` }
      if (request.method === 'GET' || request.method === 'HEAD') return await page(options)
      return { status: 405, body: 'read-only: GET\n', headers: { allow: 'GET, HEAD' } }
    },
  })
}

const pages: ReadonlyMap<string, (options: ObserveOptions) => Promise<HttpAnswer>> = new Map([
  ['/metrics', answerMetrics],
  ['/healthz', answerHealth],
  ['/readyz', answerReadiness],
  ['/status', answerStatus],
])

async function answerMetrics({ metrics }: ObserveOptions): Promise<HttpAnswer> {
  const { contentType, text } = await metrics()
  return { status: 200, body: text, headers: { 'content-type': contentType } }
}

async function answerHealth({ isAlive }: ObserveOptions): Promise<HttpAnswer> {
  return isAlive() ? { status: 200, body: 'ok\n' } : { status: 503, body: 'the loop does not turn\n' }
}

/** Ready means that the kernel enforces some revision, even when a newer one was refused. */
async function answerReadiness({ status }: ObserveOptions): Promise<HttpAnswer> {
  const { applied } = status()
  return applied === null
    ? { status: 503, body: 'no revision is applied yet\n' }
    : { status: 200, body: `${applied.commit}\n` }
}

async function answerStatus({ report }: ObserveOptions): Promise<HttpAnswer> {
  return {
    status: 200,
    body: `${JSON.stringify(await report(), null, 2)}\n`,
    headers: { 'content-type': 'application/json' },
  }
}
