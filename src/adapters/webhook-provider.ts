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

/** In what providers differ. Of several names of a header the first that is there counts, also when its value is no good. */
export interface ProviderTraits {
  readonly readProof: (headers: IncomingHttpHeaders) => WebhookProof | undefined
  /** Where the event is named, and which ones count; undefined where every request is a push. */
  readonly event:
    | { readonly headers: readonly string[]; readonly push: readonly string[]; readonly ping: readonly string[] }
    | undefined
  /** Where the id is. */
  readonly delivery: readonly string[]
  /** Of a body that is a JSON object. */
  readonly readPush: (body: JsonObject) => Push | undefined
}

export type JsonObject = Readonly<Record<string, unknown>>

export function webhookProvider({ readProof, event, delivery, readPush }: ProviderTraits): WebhookProvider {
  return {
    readHeaders: (headers) => ({
      proof: readProof(headers),
      event: event === undefined ? 'push' : readEvent(firstHeader(headers, event.headers), event),
      deliveryId: readDeliveryId(firstHeader(headers, delivery)),
      signedAt: undefined,
    }),
    readPush(body) {
      const read = readJsonObject(body)
      return read === undefined ? undefined : readPush(read)
    },
  }
}

function readEvent(
  name: string | undefined,
  { push, ping }: Pick<NonNullable<ProviderTraits['event']>, 'push' | 'ping'>,
): WebhookHeaders['event'] {
  if (name === undefined) return undefined
  if (push.includes(name)) return 'push'
  return ping.includes(name) ? 'ping' : 'other'
}

/** Of the first of the headers that is there, which must have come exactly once. */
export function firstHeader(headers: IncomingHttpHeaders, names: readonly string[]): string | undefined {
  const value = names.map((name) => headers[name]).find((found) => found !== undefined)
  return typeof value === 'string' ? value : undefined
}

/** Reads a header that holds the prefix, 32 bytes of hexadecimal, and nothing else. */
export function hexSignature(prefix: '' | 'sha256=', names: readonly string[]): ProviderTraits['readProof'] {
  return (headers) => {
    const value = firstHeader(headers, names)
    if (value === undefined || !value.startsWith(prefix)) return undefined
    const hex = value.slice(prefix.length)
    return /^[0-9a-f]{64}$/i.test(hex) ? { type: 'signature', digest: Buffer.from(hex, 'hex') } : undefined
  }
}

/** An id that can be remembered: short, without surprises. Bitbucket writes its own in braces. */
function readDeliveryId(value: string | undefined): string | undefined {
  return value !== undefined && /^[\w.:{}-]{1,128}$/.test(value) ? value : undefined
}

/** Undefined unless the text is a JSON object. */
function readJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** A member that is an object; an empty one when it is something else. */
export function objectAt(parent: JsonObject, name: string): JsonObject {
  const value = parent[name]
  return isObject(value) ? value : {}
}

/** The objects of a list; empty when it is no list. */
export function objectsAt(parent: JsonObject, name: string): readonly JsonObject[] {
  const value = parent[name]
  return Array.isArray(value) ? value.filter(isObject) : []
}

export function textsOf(values: readonly unknown[]): readonly string[] {
  return values.filter((value) => typeof value === 'string')
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null
}
