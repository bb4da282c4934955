/** Looks at a pack before isomorphic-git unpacks it: the library has no limit for what an object becomes. */

import type { GitHttpResponse } from 'isomorphic-git'
import type { Ask } from './git-http-head.ts'
import { type PackLimits, refusePack } from './git-pack-sizes.ts'

/** The answers to POST become checked. @throws HostError git-limit, git-corrupt */
export function checkPacks(ask: Ask, limits: PackLimits): Ask {
  return async (request) => {
    const response = await ask(request)
    if (request.method !== 'POST' || response.body === undefined) return response
    const parts: Uint8Array[] = []
    for await (const part of response.body) parts.push(part)
    const pack = extractPack(Buffer.concat(parts))
    // nothing is packed when we have everything
    if (pack.length > 0) await refusePack(pack, limits)
    return { ...response, body: each(parts) }
  }
}

async function* each(parts: readonly Uint8Array[]): NonNullable<GitHttpResponse['body']> {
  yield* parts
}

/** Lines of `<length in hex><content>`; those whose content begins with 1 carry the pack, unless it follows as it is. */
function extractPack(body: Buffer): Buffer {
  const pieces: Buffer[] = []
  for (let at = 0; at + 4 <= body.length; ) {
    const prefix = body.toString('latin1', at, at + 4)
    if (prefix === 'PACK') return body.subarray(at)
    const length = /^[0-9a-f]{4}$/.test(prefix) ? Number.parseInt(prefix, 16) : 0
    if (length > 4 && body[at + 4] === 1) pieces.push(body.subarray(at + 5, at + length))
    at += Math.max(length, 4)
  }
  return Buffer.concat(pieces)
}
