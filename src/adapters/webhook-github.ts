/** GitHub's way of calling a webhook: where signature, event and delivery id stand, and what a push says. */

import type { IncomingHttpHeaders } from 'node:http'

/** What a provider's request says about itself; every part undefined when the header is missing or malformed. */
export interface WebhookHeaders {
  /** HMAC-SHA256 of the raw body, 32 bytes. */
  readonly signature: Buffer | undefined
  readonly event: 'push' | 'ping' | 'other' | undefined
  readonly deliveryId: string | undefined
}

export interface Push {
  /** Full: `refs/heads/main`. */
  readonly ref: string
  /** Every name the sender has for the repository: URLs and `owner/name`. */
  readonly repositories: readonly string[]
}

/** One for each provider; the server knows none of them. */
export interface WebhookProvider {
  readHeaders(headers: IncomingHttpHeaders): WebhookHeaders
  /** Undefined when the body is no push. */
  readPush(body: string): Push | undefined
}

export const github: WebhookProvider = { readHeaders, readPush }

function readHeaders(headers: IncomingHttpHeaders): WebhookHeaders {
  const event = one(headers['x-github-event'])
  const signature = /^sha256=([0-9a-f]{64})$/i.exec(one(headers['x-hub-signature-256']) ?? '')?.[1]
  const deliveryId = one(headers['x-github-delivery'])
  return {
    signature: signature === undefined ? undefined : Buffer.from(signature, 'hex'),
    event: event === undefined || event === 'push' || event === 'ping' ? event : 'other',
    deliveryId: deliveryId !== undefined && /^[\w.:-]{1,128}$/.test(deliveryId) ? deliveryId : undefined,
  }
}

function readPush(body: string): Push | undefined {
  const push = parse(body)
  if (!isRecord(push) || typeof push.ref !== 'string') return undefined
  const { full_name, clone_url, ssh_url, git_url, html_url } = isRecord(push.repository) ? push.repository : {}
  const names = [full_name, clone_url, ssh_url, git_url, html_url]
  return { ref: push.ref, repositories: names.filter((name) => typeof name === 'string') }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function one(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
