/**
 * A webhook for whatever can run `openssl`: `X-Signature-256: sha256=<hex>`, an id in `X-Delivery`, and a body that may say
 * `{"ref": "refs/heads/main", "repository": "net/firewall"}`. What it leaves out means ours.
 */

import type { IncomingHttpHeaders } from 'node:http'
import {
  oneHeader,
  type Push,
  readDeliveryId,
  readHexSignature,
  readJsonObject,
  textsOf,
  type WebhookHeaders,
  type WebhookProvider,
} from './webhook-provider.ts'

export const generic: WebhookProvider = { readHeaders, readPush }

function readHeaders(headers: IncomingHttpHeaders): WebhookHeaders {
  return {
    proof: readHexSignature(oneHeader(headers['x-signature-256']), 'sha256='),
    event: 'push',
    deliveryId: readDeliveryId(oneHeader(headers['x-delivery'])),
    signedAt: undefined,
  }
}

function readPush(body: string): Push | undefined {
  if (body.trim() === '') return { refs: 'any', repositories: [] }
  const push = readJsonObject(body)
  if (push === undefined || !isOptionalText(push.ref) || !isOptionalText(push.repository)) return undefined
  return { refs: push.ref === undefined ? 'any' : [push.ref], repositories: textsOf([push.repository]) }
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}
