/** Gitea's and Forgejo's way of calling a webhook: GitHub's payload under headers of their own. Sources: docs.gitea.com and forgejo.org, "Webhooks". */

import type { IncomingHttpHeaders } from 'node:http'
import { github } from './webhook-github.ts'
import {
  oneHeader,
  readDeliveryId,
  readHexSignature,
  type WebhookHeaders,
  type WebhookProvider,
} from './webhook-provider.ts'

export const gitea: WebhookProvider = { readHeaders, readPush: github.readPush }

/** Forgejo sends both families of headers; a bad signature of its own is not made good by the other. */
function readHeaders(headers: IncomingHttpHeaders): WebhookHeaders {
  const event = oneHeader(headers['x-forgejo-event'] ?? headers['x-gitea-event'])
  return {
    proof: readHexSignature(oneHeader(headers['x-forgejo-signature'] ?? headers['x-gitea-signature']), ''),
    event: event === undefined || event === 'push' ? event : 'other',
    deliveryId: readDeliveryId(oneHeader(headers['x-forgejo-delivery'] ?? headers['x-gitea-delivery'])),
    signedAt: undefined,
  }
}
