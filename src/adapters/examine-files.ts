/** The state folder, the secrets and the last good ruleset, for the doctor: looked at, never opened for writing. */

import { constants } from 'node:fs'
import { access, readFile, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type {
  CredentialFile,
  LastGoodContent,
  LastGoodReading,
  Ownership,
  Reading,
  StateFolder,
  StateReading,
} from '../host/host-readings.ts'
import { readTable } from '../ruleset/read-table.ts'
import { runCommand } from './command.ts'
import { fileError, systemErrorCode } from './files.ts'
import { createStateStore } from './state-store.ts'

const nftTimeoutMs = 120_000

export async function readStateFolder(path: string): Promise<StateReading> {
  return { path, folder: await reading(path, () => lookAtFolder(path)) }
}

async function lookAtFolder(path: string): Promise<StateFolder> {
  const stats = await stat(path)
  const { bavail, bsize, ffree, files } = await statfs(path)
  return {
    ...ownershipOf(stats),
    isFolder: stats.isDirectory(),
    isReadOnly: await isOnReadOnlyDisk(path),
    freeBytes: bavail * bsize,
    freeInodes: files === 0 ? undefined : ffree,
  }
}

/** That permissions forbid it is another matter: who asks is seldom the agent's user. */
async function isOnReadOnlyDisk(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK)
    return false
  } catch (error) {
    return systemErrorCode(error) === 'EROFS'
  }
}

export async function readCredential(credential: Omit<CredentialFile, 'file'>): Promise<CredentialFile> {
  const file = await reading(credential.path, async () => ownershipOf(await stat(credential.path)))
  return { ...credential, file }
}

/** With what nft thinks of it; nft only checks. */
export async function readLastGoodFile(stateDir: string, signal: AbortSignal): Promise<LastGoodReading> {
  const path = join(stateDir, 'last-good.nft')
  const text = await reading(path, () => readFile(path, 'utf8'))
  if (text.type === 'unread' || text.value === undefined) return { path, content: text as Reading<undefined> }
  const lastGood = await createStateStore(stateDir, { warn: () => {} }).loadLastGood()
  const content: LastGoodContent = {
    revision: lastGood?.revision,
    governed: governedInterfaces(lastGood?.script ?? ''),
    failure: await checkScript(path, signal),
  }
  return { path, content: { type: 'read', value: content } }
}

async function checkScript(path: string, signal: AbortSignal): Promise<Reading<string | undefined>> {
  const checked = await runCommand({ program: 'nft', args: ['-c', '-f', path], timeoutMs: nftTimeoutMs, signal })
  if (checked.exitCode === 0) return { type: 'read', value: undefined }
  const said = checked.stderr.trim().split('\n', 1)[0] ?? ''
  if (checked.end !== 'exited' || /not permitted|must be root/i.test(checked.stderr))
    return { type: 'unread', reason: said }
  return { type: 'read', value: said }
}

/** Every endpoint that governs an interface by name has an element here, which leads to a chain that is named after it. */
function governedInterfaces(script: string): LastGoodContent['governed'] {
  const elements = readTable(script)?.maps.get('interfaces/ingress')?.elements ?? new Map()
  return [...elements].flatMap(([element, value]) =>
    'chain' in value
      ? [{ endpoint: value.chain.replace('ingress/', ''), interfaceName: element.replaceAll('"', '') }]
      : [],
  )
}

function ownershipOf(stats: { readonly uid: number; readonly gid: number; readonly mode: number }): Ownership {
  return { uid: stats.uid, gid: stats.gid, mode: stats.mode & 0o777 }
}

/** `read` with undefined when there is nothing of the name. */
async function reading<T>(path: string, read: () => Promise<T>): Promise<Reading<T | undefined>> {
  try {
    return { type: 'read', value: await read() }
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') return { type: 'read', value: undefined }
    return {
      type: 'unread',
      reason: fileError({ code: 'file-unreadable', action: 'cannot read', path, cause }).message,
    }
  }
}
