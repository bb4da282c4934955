/** GitHub's way of calling a webhook. Source: docs.github.com, "Webhook events and payloads". */

import type { IncomingHttpHeaders } from 'node:http'
import {
  objectAt,
  oneHeader,
  type Push,
  readDeliveryId,
  readHexSignature,
  readJsonObject,
  textsOf,
  type WebhookHeaders,
  type WebhookProvider,
} from './webhook-provider.ts'

export const github: WebhookProvider = { readHeaders, readPush }

function readHeaders(headers: IncomingHttpHeaders): WebhookHeaders {
  const event = oneHeader(headers['x-github-event'])
  return {
    proof: readHexSignature(oneHeader(headers['x-hub-signature-256']), 'sha256='),
    event: event === undefined || event === 'push' || event === 'ping' ? event : 'other',
    deliveryId: readDeliveryId(oneHeader(headers['x-github-delivery'])),
    signedAt: undefined,
  }
}

function readPush(body: string): Push | undefined {
  const push = readJsonObject(body)
  if (push === undefined || typeof push.ref !== 'string') return undefined
  const { full_name, clone_url, ssh_url, git_url, html_url } = objectAt(push, 'repository')
  return { refs: [push.ref], repositories: textsOf([full_name, clone_url, ssh_url, git_url, html_url]) }
}
