/**
 * GitLab's way of calling a webhook: the secret itself in `X-Gitlab-Token`, or, with a signing token (`whsec_...`), a dated
 * signature. Sources: docs.gitlab.com, "Webhooks"; the signing token as in gitlab-org/gitlab!230944.
 */

import type { IncomingHttpHeaders } from 'node:http'
import {
  objectAt,
  oneHeader,
  type Push,
  readDeliveryId,
  readJsonObject,
  textsOf,
  type WebhookHeaders,
  type WebhookProof,
  type WebhookProvider,
} from './webhook-provider.ts'

export const gitlab: WebhookProvider = { readHeaders, readPush }

function readHeaders(headers: IncomingHttpHeaders): WebhookHeaders {
  const event = oneHeader(headers['x-gitlab-event'])
  const seconds = oneHeader(headers['webhook-timestamp'])
  // Of these only the first is signed, and the last is missing before GitLab 14.8.
  const id = headers['webhook-id'] ?? headers['idempotency-key'] ?? headers['x-gitlab-event-uuid']
  return {
    proof: readProof(headers, seconds),
    event: event === undefined ? undefined : event === 'Push Hook' ? 'push' : 'other',
    deliveryId: readDeliveryId(oneHeader(id)),
    signedAt: seconds === undefined ? undefined : new Date(Number(seconds) * 1000),
  }
}

/** A signature counts and not the token beside it: it says more. */
function readProof(headers: IncomingHttpHeaders, seconds: string | undefined): WebhookProof | undefined {
  const signatures = oneHeader(headers['webhook-signature'])
  if (signatures === undefined) {
    const token = oneHeader(headers['x-gitlab-token'])
    return token === undefined || token === '' ? undefined : { type: 'token', token }
  }
  const id = oneHeader(headers['webhook-id'])
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

function readPush(body: string): Push | undefined {
  const push = readJsonObject(body)
  if (push === undefined || typeof push.ref !== 'string') return undefined
  const { path_with_namespace, git_http_url, git_ssh_url, web_url } = objectAt(push, 'project')
  const { url, homepage } = objectAt(push, 'repository')
  return {
    refs: [push.ref],
    repositories: textsOf([path_with_namespace, git_http_url, git_ssh_url, web_url, url, homepage]),
  }
}
