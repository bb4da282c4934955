/**
 * GitLab's way of calling a webhook: the secret itself in `X-Gitlab-Token`, or, with a signing token (`whsec_...`), a dated
 * signature. Sources: docs.gitlab.com, "Webhooks"; the signing token as in gitlab-org/gitlab!230944.
 */

import type { IncomingHttpHeaders } from 'node:http'
import {
  firstHeader,
  objectAt,
  textsOf,
  type WebhookProof,
  type WebhookProvider,
  webhookProvider,
} from './webhook-provider.ts'

const undated = webhookProvider({
  readProof,
  event: { headers: ['x-gitlab-event'], push: ['Push Hook'], ping: [] },
  // Of these only the first is signed, and the last is missing before GitLab 14.8.
  delivery: ['webhook-id', 'idempotency-key', 'x-gitlab-event-uuid'],
  readPush(push) {
    if (typeof push.ref !== 'string') return undefined
    const { path_with_namespace, git_http_url, git_ssh_url, web_url } = objectAt(push, 'project')
    const { url, homepage } = objectAt(push, 'repository')
    const repositories = textsOf([path_with_namespace, git_http_url, git_ssh_url, web_url, url, homepage])
    return { refs: [push.ref], repositories }
  },
})

export const gitlab: WebhookProvider = {
  ...undated,
  readHeaders(headers) {
    const seconds = firstHeader(headers, ['webhook-timestamp'])
    const signedAt = seconds === undefined ? undefined : new Date(Number(seconds) * 1000)
    return { ...undated.readHeaders(headers), signedAt }
  },
}

/** A signature counts and not the token beside it: it says more. */
function readProof(headers: IncomingHttpHeaders): WebhookProof | undefined {
  const signatures = firstHeader(headers, ['webhook-signature'])
  if (signatures === undefined) {
    const token = firstHeader(headers, ['x-gitlab-token'])
    return token === undefined || token === '' ? undefined : { type: 'token', token }
  }
  const id = firstHeader(headers, ['webhook-id'])
  const seconds = firstHeader(headers, ['webhook-timestamp'])
  if (id === undefined || seconds === undefined || !/^\d{1,12}$/.test(seconds)) return undefined
  const digests = signatures.split(' ').flatMap((signature) => {
    const digest = /^v1,([A-Za-z0-9+/]{43}=)$/.exec(signature)?.[1]
    return digest === undefined ? [] : [Buffer.from(digest, 'base64')]
  })
  return digests.length === 0 || digests.length > mostSignatures
    ? undefined
    : { type: 'dated-signature', digests, prefix: `${id}.${seconds}.` }
}

const mostSignatures = 8
