/** GitHub's way of calling a webhook. Source: docs.github.com, "Webhook events and payloads". */

import { hexSignature, type JsonObject, objectAt, type Push, textsOf, webhookProvider } from './webhook-provider.ts'

export const github = webhookProvider({
  readProof: hexSignature('sha256=', ['x-hub-signature-256']),
  event: { headers: ['x-github-event'], push: ['push'], ping: ['ping'] },
  delivery: ['x-github-delivery'],
  readPush: readGithubPush,
})

/** Gitea and Forgejo send the same. */
export function readGithubPush(push: JsonObject): Push | undefined {
  if (typeof push.ref !== 'string') return undefined
  const { full_name, clone_url, ssh_url, git_url, html_url } = objectAt(push, 'repository')
  return { refs: [push.ref], repositories: textsOf([full_name, clone_url, ssh_url, git_url, html_url]) }
}
