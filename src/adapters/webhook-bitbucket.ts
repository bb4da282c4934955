/**
 * Bitbucket's way of calling a webhook, Cloud (`repo:push`) and Data Center (`repo:refs_changed`). Sources: support.atlassian.com,
 * "Event payloads"; confluence.atlassian.com/bitbucketserver, "Event payload".
 */

import type { IncomingHttpHeaders } from 'node:http'
import {
  objectAt,
  objectsAt,
  oneHeader,
  type Push,
  readDeliveryId,
  readHexSignature,
  readJsonObject,
  textsOf,
  type WebhookHeaders,
  type WebhookProvider,
} from './webhook-provider.ts'

export const bitbucket: WebhookProvider = { readHeaders, readPush }

function readHeaders(headers: IncomingHttpHeaders): WebhookHeaders {
  const event = oneHeader(headers['x-event-key'])
  return {
    // Not GitHub's old header of this name, which is SHA-1: that has another prefix.
    proof: readHexSignature(oneHeader(headers['x-hub-signature']), 'sha256='),
    event: event === undefined ? undefined : (events.get(event) ?? 'other'),
    // X-Hook-UUID names the webhook and is the same in all of its requests.
    deliveryId: readDeliveryId(oneHeader(headers['x-request-uuid'] ?? headers['x-request-id'])),
    signedAt: undefined,
  }
}

const events: ReadonlyMap<string, 'push' | 'ping'> = new Map([
  ['repo:push', 'push'],
  ['repo:refs_changed', 'push'],
  ['diagnostics:ping', 'ping'],
])

function readPush(body: string): Push | undefined {
  const event = readJsonObject(body)
  if (event === undefined) return undefined
  if (Array.isArray(event.changes)) return readDataCenterPush(event)
  return Array.isArray(objectAt(event, 'push').changes) ? readCloudPush(event) : undefined
}

/** A deleted branch has no `new`. */
function readCloudPush(event: Readonly<Record<string, unknown>>): Push {
  const refs = objectsAt(objectAt(event, 'push'), 'changes').flatMap((change) => {
    const { type, name } = objectAt(change, 'new')
    return typeof name === 'string' ? [type === 'tag' ? `refs/tags/${name}` : `refs/heads/${name}`] : []
  })
  const repository = objectAt(event, 'repository')
  const { href } = objectAt(objectAt(repository, 'links'), 'html')
  return { refs, repositories: textsOf([repository.full_name, href]) }
}

function readDataCenterPush(event: Readonly<Record<string, unknown>>): Push {
  const refs = objectsAt(event, 'changes').map((change) => change.refId ?? objectAt(change, 'ref').id)
  const repository = objectAt(event, 'repository')
  const { key } = objectAt(repository, 'project')
  const path = typeof key === 'string' && typeof repository.slug === 'string' ? [`${key}/${repository.slug}`] : []
  const clones = objectsAt(objectAt(repository, 'links'), 'clone').map(({ href }) => href)
  return { refs: textsOf(refs), repositories: textsOf([...path, ...clones]) }
}
