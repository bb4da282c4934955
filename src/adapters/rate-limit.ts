/** How often one client may come: a bucket of tokens for each, in bounded memory. */

export interface RateLimit {
  /** Takes one token of the client; false when it has none left. */
  take(client: string, nowMs: number): boolean
}

export interface RateLimitOptions {
  /** So many at once. */
  readonly burst: number
  /** A new token after this time. */
  readonly refillMs: number
  /** How many clients are remembered; the one that came first is forgotten first. */
  readonly maxClients: number
}

export function createRateLimit({ burst, refillMs, maxClients }: RateLimitOptions): RateLimit {
  const buckets = new Map<string, { readonly tokens: number; readonly atMs: number }>()
  return {
    take(client, nowMs) {
      const bucket = buckets.get(client) ?? { tokens: burst, atMs: nowMs }
      const tokens = Math.min(burst, bucket.tokens + (nowMs - bucket.atMs) / refillMs)
      buckets.set(client, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs: nowMs })
      forgetOldest(buckets, maxClients)
      return tokens >= 1
    },
  }
}

/** Removes the entries that were made first until at most `most` are left. */
export function forgetOldest(entries: Map<string, unknown> | Set<string>, most: number): void {
  for (const key of entries.keys()) {
    if (entries.size <= most) return
    entries.delete(key)
  }
}
