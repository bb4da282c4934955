/** The state folder for a command that changes it where no agent runs. */

import { join } from 'node:path'
import { ensureFolder } from '../adapters/files.ts'
import { acquireLock } from '../adapters/lock.ts'
import { createStateStore } from '../adapters/state-store.ts'
import { defaultStateDir } from '../host/agent-configuration.ts'
import type { StateStore } from '../reconcile/ports.ts'
import type { CommandIo } from './command-io.ts'

/** What a reader of the state folder has to say of it. */
export function warnOn(io: CommandIo): { readonly warn: (event: string, fields?: object) => void } {
  return { warn: (event, fields) => io.err(`rampart: ${event} ${JSON.stringify(fields)}\n`) }
}

/** Under the lock. @throws HostError lock-held, state-unwritable */
export async function inStateFolder<T>(
  stateDir: string | undefined,
  io: CommandIo,
  work: (store: StateStore) => Promise<T>,
): Promise<T> {
  const folder = stateDir ?? process.env.RAMPART_STATE_DIR ?? defaultStateDir
  await ensureFolder(folder)
  const lock = await acquireLock(join(folder, 'lock'))
  try {
    return await work(createStateStore(folder, warnOn(io)))
  } finally {
    lock.release()
  }
}
