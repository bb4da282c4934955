/**
 * Bitbucket's way of calling a webhook, Cloud (`repo:push`) and Data Center (`repo:refs_changed`). Sources: support.atlassian.com,
 * "Event payloads"; confluence.atlassian.com/bitbucketserver, "Event payload".
 */

import {
  hexSignature,
  type JsonObject,
  objectAt,
  objectsAt,
  type Push,
  textsOf,
  webhookProvider,
} from './webhook-provider.ts'

export const bitbucket = webhookProvider({
  // Not GitHub's old header of this name, which is SHA-1: that has another prefix.
  readProof: hexSignature('sha256=', ['x-hub-signature']),
  event: { headers: ['x-event-key'], push: ['repo:push', 'repo:refs_changed'], ping: ['diagnostics:ping'] },
  // X-Hook-UUID names the webhook and is the same in all of its requests.
  delivery: ['x-request-uuid', 'x-request-id'],
  readPush(event) {
    if (Array.isArray(event.changes)) return readDataCenterPush(event)
    return Array.isArray(objectAt(event, 'push').changes) ? readCloudPush(event) : undefined
  },
})

/** A deleted branch has no `new`. */
function readCloudPush(event: JsonObject): Push {
  const refs = objectsAt(objectAt(event, 'push'), 'changes').flatMap((change) => {
    const { type, name } = objectAt(change, 'new')
    return typeof name === 'string' ? [type === 'tag' ? `refs/tags/${name}` : `refs/heads/${name}`] : []
  })
  const repository = objectAt(event, 'repository')
  const { href } = objectAt(objectAt(repository, 'links'), 'html')
  return { refs, repositories: textsOf([repository.full_name, href]) }
}

function readDataCenterPush(event: JsonObject): Push {
  const refs = objectsAt(event, 'changes').map((change) => change.refId ?? objectAt(change, 'ref').id)
  const repository = objectAt(event, 'repository')
  const { key } = objectAt(repository, 'project')
  const path = typeof key === 'string' && typeof repository.slug === 'string' ? [`${key}/${repository.slug}`] : []
  const clones = objectsAt(objectAt(repository, 'links'), 'clone').map(({ href }) => href)
  return { refs: textsOf(refs), repositories: textsOf([...path, ...clones]) }
}
