/** Adds the HEAD that isomorphic-git cannot do without to a list of refs that has none. */

import type { GitHttpRequest, GitHttpResponse } from 'isomorphic-git'

export type Ask = (request: GitHttpRequest) => Promise<GitHttpResponse>

/**
 * A server whose HEAD names a branch that nobody has pushed lists no HEAD, and the library's fetch() then fails with
 * NotFoundError although it was asked for another branch. What HEAD points at does not matter to us.
 */
export function listHeadAlways(ask: Ask): Ask {
  return async (request) => {
    const response = await ask(request)
    if (request.method !== 'GET' || response.body === undefined) return response
    const parts: Uint8Array[] = []
    for await (const part of response.body) parts.push(part)
    return { ...response, body: only(addHead(Buffer.concat(parts))) }
  }
}

function addHead(refs: Buffer): Buffer {
  const text = refs.toString('latin1')
  const commit = /([0-9a-f]{40}) refs\//.exec(text)?.[1]
  if (commit === undefined || /[0-9a-f]{40} HEAD[\0\n]/.test(text)) return refs
  // 0032: the length of the line in hex, itself included; 0000 ends the list
  return Buffer.concat([refs.subarray(0, -4), Buffer.from(`0032${commit} HEAD\n0000`)])
}

async function* only(body: Buffer): AsyncGenerator<Uint8Array> {
  yield body
}
