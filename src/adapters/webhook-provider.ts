/** What the webhook server asks of a provider: where its requests carry proof, event and delivery id, and what a push says. */

import type { IncomingHttpHeaders } from 'node:http'

/** How a request shows that its sender knows the secret. */
export type WebhookProof =
  /** The secret itself. */
  | { readonly type: 'token'; readonly token: string }
  /** HMAC-SHA256 of the raw body, 32 bytes. */
  | { readonly type: 'signature'; readonly digest: Buffer }
  /** The scheme of standardwebhooks.com: HMAC-SHA256 of `<id>.<seconds>.` and the raw body; any of the digests may be the one. */
  | { readonly type: 'dated-signature'; readonly digests: readonly Buffer[]; readonly prefix: string }

/** What a request says about itself; every part undefined when the header is missing or malformed. */
export interface WebhookHeaders {
  readonly proof: WebhookProof | undefined
  readonly event: 'push' | 'ping' | 'other' | undefined
  readonly deliveryId: string | undefined
  /** When it was signed; undefined where the provider does not sign a time. */
  readonly signedAt: Date | undefined
}

export interface Push {
  /** Full, `refs/heads/main`; `any` when the sender names none. */
  readonly refs: readonly string[] | 'any'
  /** Every name the sender has for the repository: URLs and `owner/name`. */
  readonly repositories: readonly string[]
}

/** One for each provider; the server knows none of them. */
export interface WebhookProvider {
  readHeaders(headers: IncomingHttpHeaders): WebhookHeaders
  /** Undefined when the body is no push. */
  readPush(body: string): Push | undefined
}

/** A header that came exactly once. */
export function oneHeader(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The value after the prefix as 32 bytes of hexadecimal, and nothing else. */
export function readHexSignature(value: string | undefined, prefix: '' | 'sha256='): WebhookProof | undefined {
  if (value === undefined || !value.startsWith(prefix)) return undefined
  const hex = value.slice(prefix.length)
  return /^[0-9a-f]{64}$/i.test(hex) ? { type: 'signature', digest: Buffer.from(hex, 'hex') } : undefined
}

/** An id that can be remembered: short, without surprises. Bitbucket writes its own in braces. */
export function readDeliveryId(value: string | undefined): string | undefined {
  return value !== undefined && /^[\w.:{}-]{1,128}$/.test(value) ? value : undefined
}

/** Undefined unless the text is a JSON object. */
export function readJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** A member that is an object; an empty one when it is something else. */
export function objectAt(parent: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> {
  const value = parent[name]
  return isObject(value) ? value : {}
}

/** The objects of a list; empty when it is no list. */
export function objectsAt(
  parent: Readonly<Record<string, unknown>>,
  name: string,
): readonly Readonly<Record<string, unknown>>[] {
  const value = parent[name]
  return Array.isArray(value) ? value.filter(isObject) : []
}

export function textsOf(values: readonly unknown[]): readonly string[] {
  return values.filter((value) => typeof value === 'string')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
