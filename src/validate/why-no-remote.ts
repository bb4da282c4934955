/** Checks the address of a policy repository. */

import { readAddress } from '../net/address.ts'

/** What makes up for a connection that anybody on the way can read and change. */
export interface RemoteGuard {
  /** Only signed commits are believed. */
  readonly isSigned: boolean
  readonly hasToken: boolean
}

/** Second half of a sentence; undefined for an address that the agent may fetch from. */
export function whyNoRemote(url: string, guard: RemoteGuard): string | undefined {
  if (url === '') return 'it is empty'
  if (/^[\w.-]+@[\w.-]+:[^\s]+$/.test(url)) return undefined
  if (!URL.canParse(url)) return 'write https://host/path, ssh://user@host/path or user@host:path'
  const { protocol, username, password, hostname } = new URL(url)
  if (password !== '') return 'it holds a password: put the secret in a file and name it as tokenFile or sshKeyFile'
  if (hostname === '' && protocol !== 'file:') return 'it names no host'
  switch (protocol) {
    case 'ssh:':
      return undefined
    case 'https:':
      return username === '' ? undefined : 'it holds a user name: write it as repository.username'
    case 'http:':
      if (username !== '') return 'it holds a user name: write it as repository.username'
      return isLoopback(hostname) ? undefined : whyNoPlainHttp(guard)
    default:
      return `${protocol}// is not supported: use https:// or ssh://`
  }
}

function whyNoPlainHttp({ isSigned, hasToken }: RemoteGuard): string | undefined {
  if (hasToken) return 'anybody on the way could read the token over plain http: use https://'
  if (isSigned) return undefined
  return 'anybody on the way could change the policy over plain http: use https:// or ssh://, or have commits signed (trust)'
}

/** Never contains the secret, so that it may be shown. */
export function withoutSecret(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/@]*@/, '$1***@')
}

function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname === '[::1]') return true
  return readAddress(hostname)?.family === 4 && hostname.startsWith('127.')
}
