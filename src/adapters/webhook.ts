/** `POST /hook`: a signed push to our branch asks for a run. Its content is never believed, only its arrival. */

import type { ListenAddress, WebhookProviderName } from '../host/agent-configuration.ts'
import type { Clock } from '../reconcile/ports.ts'
import { type HttpAnswer, type HttpRequest, type HttpServer, startHttpServer } from './http-server.ts'
import { createRateLimit, forgetOldest, type RateLimit } from './rate-limit.ts'
import { bitbucket } from './webhook-bitbucket.ts'
import { generic } from './webhook-generic.ts'
import { gitea } from './webhook-gitea.ts'
import { github } from './webhook-github.ts'
import { gitlab } from './webhook-gitlab.ts'
import type { Push, WebhookHeaders, WebhookProvider } from './webhook-provider.ts'
import { openWebhookSecrets, type WebhookSecrets } from './webhook-secrets.ts'

/** What became of a request: the label of `rampart_webhook_requests_total`. */
export type WebhookResult =
  | 'accepted'
  | 'pong'
  | 'ignored'
  | 'bad-signature'
  | 'malformed'
  | 'replayed'
  | 'rate-limited'
  | 'too-large'
  | 'broken-off'
  | 'wrong-method'
  | 'wrong-path'

export interface WebhookOptions {
  readonly listen: ListenAddress
  readonly provider: WebhookProviderName
  readonly secretFile: string
  /** Pushes to other repositories and branches are ignored. */
  readonly repository: { readonly url: string; readonly branch: string }
  readonly clock: Clock
  /** Called before the answer; it must only note the request. */
  readonly onPush: () => void
  readonly onResult: (result: WebhookResult) => void
  readonly onFault: (error: unknown) => void
}

const maxBodyBytes = 1024 * 1024
const maxDeliveries = 1000
const longestDelayMs = 5 * 60_000
const providers: Readonly<Record<WebhookProviderName, WebhookProvider>> = { github, gitlab, gitea, bitbucket, generic }

/** @throws HostError listen-failed, file-unreadable */
export async function startWebhook(options: WebhookOptions): Promise<HttpServer> {
  const context: Context = {
    options,
    provider: providers[options.provider],
    secrets: await openWebhookSecrets(options.secretFile),
    rateLimit: createRateLimit({ burst: 30, refillMs: 1_000, maxClients: 1_000 }),
    deliveries: new Set(),
  }
  return await startHttpServer({
    listen: options.listen,
    maxBodyBytes,
    onFault: options.onFault,
    async handle(request) {
      const reply = await judge(context, request)
      if (reply.result === 'accepted') options.onPush()
      options.onResult(reply.result)
      return { status: statuses[reply.result], body: `${reply.body}\n`, headers: reply.headers ?? {} }
    },
  })
}

interface Context {
  readonly options: WebhookOptions
  readonly provider: WebhookProvider
  readonly secrets: WebhookSecrets
  readonly rateLimit: RateLimit
  /** Ids of the pushes that were taken, oldest first. The id is not signed: this stops repeats, and an attacker's copy only costs a run. */
  readonly deliveries: Set<string>
}

type Reply = { readonly result: WebhookResult } & Pick<HttpAnswer, 'body' | 'headers'>

const statuses: Readonly<Record<WebhookResult, number>> = {
  accepted: 202,
  pong: 200,
  ignored: 200,
  'bad-signature': 401,
  malformed: 400,
  replayed: 409,
  'rate-limited': 429,
  'too-large': 413,
  'broken-off': 408,
  'wrong-method': 405,
  'wrong-path': 404,
}

async function judge(context: Context, request: HttpRequest): Promise<Reply> {
  const { clock } = context.options
  if (request.path !== '/hook') return { result: 'wrong-path', body: 'not found: the webhook is POST /hook' }
  if (request.method !== 'POST')
    return { result: 'wrong-method', body: 'wrong method: POST', headers: { allow: 'POST' } }
  if (!context.rateLimit.take(request.remoteAddress, clock.monotonicMs())) {
    return { result: 'rate-limited', body: 'too many requests', headers: { 'retry-after': '1' } }
  }
  const body = await request.readBody()
  if (body === 'too-long') return { result: 'too-large', body: `body too large: at most ${maxBodyBytes} bytes` }
  if (body === 'broken-off') return { result: 'broken-off', body: 'the body did not arrive' }
  const headers = context.provider.readHeaders(request.headers)
  if (headers.proof === undefined || !(await context.secrets.verify(body, headers.proof))) {
    return { result: 'bad-signature', body: 'no valid signature or token' }
  }
  return judgeEvent(context, headers, body.toString('utf8'))
}

/** From here on the sender knows the secret and may be told why. */
function judgeEvent(context: Context, headers: WebhookHeaders, body: string): Reply {
  const { event, deliveryId } = headers
  if (event === undefined) return { result: 'malformed', body: 'no event header' }
  if (event === 'ping') return { result: 'pong', body: 'pong' }
  if (event === 'other') return { result: 'ignored', body: 'ignored: only pushes count' }
  if (deliveryId === undefined) return { result: 'malformed', body: 'no delivery id' }
  if (isStale(headers, context.options.clock.now()))
    return { result: 'replayed', body: 'signed too long ago, or in the future: compare the clocks' }
  const push = context.provider.readPush(body)
  if (push === undefined)
    return { result: 'malformed', body: 'not a push: JSON as the provider sends it (content type application/json)' }
  const { url, branch } = context.options.repository
  if (push.refs !== 'any' && !push.refs.includes(`refs/heads/${branch}`))
    return { result: 'ignored', body: `ignored: ${printRefs(push.refs)} is not branch ${JSON.stringify(branch)}` }
  if (!isOurs(push, url)) return { result: 'ignored', body: 'ignored: another repository' }
  if (context.deliveries.has(deliveryId)) return { result: 'replayed', body: 'this delivery was taken before' }
  context.deliveries.add(deliveryId)
  forgetOldest(context.deliveries, maxDeliveries)
  return { result: 'accepted', body: 'accepted' }
}

/** Of a signature with a time: what was overheard can not be used later, even after its id was forgotten. */
function isStale({ signedAt }: WebhookHeaders, now: Date): boolean {
  return signedAt !== undefined && Math.abs(now.getTime() - signedAt.getTime()) > longestDelayMs
}

function printRefs(refs: readonly string[]): string {
  if (refs.length === 0) return 'no branch or tag'
  return refs
    .slice(0, 3)
    .map((ref) => JSON.stringify(ref))
    .join(', ')
}

/**
 * Whether a provider's name for a repository (a URL, `git@host:path` or `owner/name`) can mean the configured one: one path ends in the
 * other. Hosts and leading folders are not compared, because behind a proxy or a mirror they differ, and the secret already says who
 * calls: a wrong yes costs one run, a wrong no a late firewall.
 */
export function isSameRepository(configuredUrl: string, name: string): boolean {
  const configured = repositoryPath(configuredUrl)
  const named = repositoryPath(name)
  if (configured === '' || named === '') return false
  return `/${configured}`.endsWith(`/${named}`) || `/${named}`.endsWith(`/${configured}`)
}

/** A sender that names no repository is taken to mean ours. */
function isOurs({ repositories }: Push, url: string): boolean {
  return repositories.length === 0 || repositories.some((name) => isSameRepository(url, name))
}

function repositoryPath(name: string): string {
  const path = name.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '').replace(/^[^/:]+:/, '')
  return path
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .replace(/^\/+/, '')
    .toLowerCase()
}
