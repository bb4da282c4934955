/**
 * A webhook for whatever can run `openssl`: `X-Signature-256: sha256=<hex>`, an id in `X-Delivery`, and a body that may say
 * `{"ref": "refs/heads/main", "repository": "net/firewall"}`. What it leaves out means ours.
 */

import { hexSignature, textsOf, type WebhookProvider, webhookProvider } from './webhook-provider.ts'

const withBody = webhookProvider({
  readProof: hexSignature('sha256=', ['x-signature-256']),
  event: undefined,
  delivery: ['x-delivery'],
  readPush({ ref, repository }) {
    if (!isOptionalText(ref) || !isOptionalText(repository)) return undefined
    return { refs: ref === undefined ? 'any' : [ref], repositories: textsOf([repository]) }
  },
})

export const generic: WebhookProvider = {
  ...withBody,
  readPush: (body) => (body.trim() === '' ? { refs: 'any', repositories: [] } : withBody.readPush(body)),
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}
