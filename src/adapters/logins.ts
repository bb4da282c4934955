/** Who is logged in over the network: utmp and logind say who, the socket table says by which connections. */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Login } from '../host/login.ts'
import { readAnyAddress, sameAddress } from '../net/address.ts'
import type { LoginInspector } from '../reconcile/ports.ts'
import { readIncomingConnections } from './socket-table.ts'
import { readUtmp, type UtmpLogin } from './utmp.ts'

export interface LoginPlaces {
  readonly utmp: string
  /** Of logind: one file a session. */
  readonly sessions: string
  /** Files like /proc/net/tcp. */
  readonly sockets: readonly string[]
}

export const systemLoginPlaces: LoginPlaces = {
  utmp: '/run/utmp',
  sessions: '/run/systemd/sessions',
  sockets: ['/proc/net/tcp', '/proc/net/tcp6'],
}

/** Not every system has every place; a login that only a host name is known of is left out, for a name is no address. */
export function openLoginInspector(places: LoginPlaces): LoginInspector {
  return {
    async read() {
      const bytes = await readFile(places.utmp).catch(() => Buffer.alloc(0))
      const logins = withoutRepetition([...readUtmp(bytes), ...(await readSessions(places.sessions))])
      if (logins.length === 0) return []
      const tables = await Promise.all(places.sockets.map((path) => readFile(path, 'utf8').catch(() => '')))
      const connections = readIncomingConnections(tables)
      return logins.map((login): Login => {
        const own = connections.filter(({ peer }) => sameAddress(peer, login.peer))
        return { ...login, connections: own.map(({ local, localPort, peerPort }) => ({ local, localPort, peerPort })) }
      })
    },
  }
}

async function readSessions(folder: string): Promise<readonly UtmpLogin[]> {
  const names = await readdir(folder).catch(() => [])
  // beside each session lies a pipe, `<id>.ref`, which nobody must open
  const files = names.filter((name) => /^[A-Za-z0-9]+$/.test(name)).sort()
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')))
  return texts.flatMap((text) => readSession(text) ?? [])
}

/** `KEY=value` lines, as logind writes them for itself. */
export function readSession(text: string): UtmpLogin | undefined {
  const fields = new Map(
    text
      .split('\n')
      .map((line): readonly [string, string] => [
        line.split('=', 1)[0] ?? '',
        line.slice(line.indexOf('=') + 1).replace(/^"|"$/g, ''),
      ]),
  )
  const peer = readAnyAddress(fields.get('REMOTE_HOST') ?? '')
  if (fields.get('REMOTE') !== '1' || fields.get('STATE') === 'closing' || peer === undefined) return undefined
  return { user: fields.get('USER') ?? 'unknown', terminal: fields.get('TTY') ?? 'a session', peer }
}

/** Both tell of most logins. */
function withoutRepetition(logins: readonly UtmpLogin[]): readonly UtmpLogin[] {
  return logins.filter(
    (login, at) => !logins.slice(0, at).some((one) => one.user === login.user && sameAddress(one.peer, login.peer)),
  )
}
