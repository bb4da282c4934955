/** One lock for every writer of the state folder: flock(2), so that it dies with whoever holds it. */

import { spawn } from 'node:child_process'
import { closeSync, constants, fchmodSync, fchownSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { HostError } from '../reconcile/host-error.ts'
import { describeSystemError, fileError, ownerFor } from './files.ts'

export interface Lock {
  /** Lets the next one in. The file stays: removing it would let two processes hold two files of one name. */
  release(): void
}

/**
 * Takes the lock at once or not at all.
 * @throws HostError lock-held with the process id of the holder; state-unwritable when the file cannot be made; command-failed when flock(1) fails
 */
export async function acquireLock(path: string): Promise<Lock> {
  // A plain descriptor: a FileHandle that nobody refers to any more is closed by the garbage collector, and the lock with it.
  const descriptor = openLockFile(path)
  try {
    const owner = await ownerFor(dirname(path))
    if (owner !== undefined) fchownSync(descriptor, owner.uid, owner.gid)
    await lockDescriptor(descriptor, path)
    writeHolder(descriptor)
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
  let held = true
  const release = (): void => {
    if (!held) return
    held = false
    ftruncateSync(descriptor)
    closeSync(descriptor)
  }
  return { release }
}

function openLockFile(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600)
  } catch (cause) {
    throw fileError({ code: 'state-unwritable', action: 'cannot open the lock file', path, cause })
  }
}

async function lockDescriptor(descriptor: number, path: string): Promise<void> {
  const ended = await runFlock(descriptor)
  if (ended.code === 0) return
  if (ended.code === heldCode) {
    throw new HostError('lock-held', `${readHolder(path)} holds ${JSON.stringify(path)}: wait for it or stop it`)
  }
  throw new HostError('command-failed', `cannot lock ${JSON.stringify(path)}: ${ended.reason}`)
}

const heldCode = 75

/** flock(1) locks the open file that it inherits from us as 3; when it ends, our descriptor keeps the lock. */
function runFlock(descriptor: number): Promise<{ readonly code: number | null; readonly reason: string }> {
  return new Promise((resolve) => {
    const child = spawn('flock', ['--nonblock', '--conflict-exit-code', String(heldCode), '3'], {
      stdio: ['ignore', 'ignore', 'pipe', descriptor],
      timeout: 10_000,
    })
    let printed = ''
    child.stderr?.on('data', (chunk) => {
      printed += chunk
    })
    child.on('error', (error) => resolve({ code: null, reason: `"flock" cannot run: ${describeSystemError(error)}` }))
    child.on('close', (code) => resolve({ code, reason: printed.trim() || `"flock" ended with ${code}` }))
  })
}

/** Only for the message to the next one: on a full disk the lock holds without it. */
function writeHolder(descriptor: number): void {
  try {
    fchmodSync(descriptor, 0o600)
    ftruncateSync(descriptor)
    writeSync(descriptor, `${process.pid}\n`, 0)
  } catch {
    return
  }
}

function readHolder(path: string): string {
  const pid = /^\d+/.exec(readFileSync(path, 'utf8'))?.[0]
  return pid === undefined ? 'another rampart process' : `another rampart process (pid ${pid})`
}
