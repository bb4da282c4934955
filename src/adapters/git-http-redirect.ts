/** Whether an answer sends us elsewhere, and whether we go: only where the credentials and the question stay safe. */

import type { IncomingMessage } from 'node:http'
import { gitFailure } from './git-remote.ts'

export interface Redirect {
  readonly target: URL
  /** The repository's new address, without a slash at the end; undefined when only this question moved. */
  readonly base: string | undefined
}

const firstQuestion = '/info/refs'

/** Undefined: no redirect. @throws HostError git-unreachable for one that is not followed */
export function followRedirect(
  message: IncomingMessage,
  asked: { readonly method: string; readonly target: URL; readonly name: string },
): Redirect | undefined {
  if (![301, 302, 303, 307, 308].includes(message.statusCode ?? 0)) return undefined
  const { method, target, name } = asked
  const location = message.headers.location ?? ''
  const refuse = (reason: string) => gitFailure('git-unreachable', { name, reason })
  if (location === '' || !URL.canParse(location, target.href)) throw refuse('the server redirects to nowhere')
  const next = new URL(location, target)
  next.username = ''
  next.password = ''
  const place = `${next.origin}${next.pathname}`
  if (!isSameServer(target, next)) {
    throw refuse(`the server redirects to ${JSON.stringify(place)}: if that is right, make it the repository's url`)
  }
  if (method === 'GET') {
    if (!next.pathname.endsWith(firstQuestion))
      throw refuse(`the server redirects to ${JSON.stringify(place)}, which is no git`)
    return { target: next, base: place.slice(0, -firstQuestion.length) }
  }
  // after any other status a POST is to be repeated as a GET, without the question in its body
  if (message.statusCode === 307 || message.statusCode === 308) return { target: next, base: undefined }
  throw refuse(`the server redirects a question with ${message.statusCode}`)
}

/** The same origin, or the same name after an upgrade to https. */
function isSameServer(from: URL, to: URL): boolean {
  return (
    from.origin === to.origin ||
    (from.protocol === 'http:' && to.protocol === 'https:' && from.hostname === to.hostname)
  )
}
