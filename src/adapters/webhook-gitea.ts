/** Gitea's and Forgejo's way of calling a webhook: GitHub's payload under headers of their own. Sources: docs.gitea.com and forgejo.org, "Webhooks". */

import { readGithubPush } from './webhook-github.ts'
import { hexSignature, webhookProvider } from './webhook-provider.ts'

/** Forgejo sends both families of headers; a bad signature of its own is not made good by the other. */
export const gitea = webhookProvider({
  readProof: hexSignature('', ['x-forgejo-signature', 'x-gitea-signature']),
  event: { headers: ['x-forgejo-event', 'x-gitea-event'], push: ['push'], ping: [] },
  delivery: ['x-forgejo-delivery', 'x-gitea-delivery'],
  readPush: readGithubPush,
})
