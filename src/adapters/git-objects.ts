/** Gives the objects of a repository by their ids, and believes only bytes that hash to the id they are asked by. */

import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { HostError } from '../reconcile/host-error.ts'
import { systemErrorCode } from './files.ts'
import { openPacks } from './git-packs.ts'
import { gitFailure } from './git-remote.ts'

export interface ObjectAccess {
  /** Of the remote, for messages. */
  readonly name: string
  readonly gitdir: string
  readonly signal: AbortSignal
}

interface ObjectName {
  readonly oid: string
  readonly type: 'commit' | 'tree' | 'blob'
}

export interface GitObjects {
  /** Undefined when there is none. @throws HostError git-corrupt, aborted */
  find(oid: ObjectName['oid'], type: ObjectName['type']): Promise<Uint8Array | undefined>
}

/** Others want to run too. */
const longestTurnMs = 20

/** For one revision or one walk only: it keeps whole packs. What we cannot read in them the library reads, or says what is wrong. */
export function openObjects(access: ObjectAccess): GitObjects {
  const packs = openPacks(access.gitdir)
  const cache = {}
  let turnMs = performance.now()
  return {
    async find(oid, type) {
      if (performance.now() - turnMs > longestTurnMs) {
        await nextTurn()
        turnMs = performance.now()
      }
      if (access.signal.aborted) throw gitFailure('aborted', { name: access.name, reason: 'it was stopped' })
      const bytes = packs.find(oid)
      if (bytes !== undefined && idOf(bytes, type) === oid) return bytes
      return await findByLibrary(access, { oid, type }, cache)
    },
  }
}

async function findByLibrary(
  access: ObjectAccess,
  { oid, type }: ObjectName,
  cache: object,
): Promise<Uint8Array | undefined> {
  const { readObject } = await import('./git-library.ts')
  const request = { fs, gitdir: access.gitdir, oid, cache, format: 'content' } as const
  const object = await readObject(request).catch((cause: unknown) => {
    const code = systemErrorCode(cause)
    if (code === 'NotFoundError') return undefined
    throw damaged(access, `${type} ${oid} cannot be read (${code ?? 'unknown'})`, cause)
  })
  if (object === undefined) return undefined
  if (object.format !== 'content') throw damaged(access, `${type} ${oid} has an unknown form`)
  if (idOf(object.object, type) !== oid) throw damaged(access, `${type} ${oid} holds other bytes than its name says`)
  return object.object
}

function idOf(bytes: Uint8Array, type: ObjectName['type']): string {
  return createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex')
}

export function damaged({ name }: ObjectAccess, reason: string, cause?: unknown): HostError {
  return gitFailure('git-corrupt', { name, reason, cause })
}
