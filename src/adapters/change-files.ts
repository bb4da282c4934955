/** The files of an unconfirmed change in the state folder: their names, their deadline, and how they go. */

import { join } from 'node:path'
import { readBootId, readUptimeSeconds } from './boot-time.ts'
import { readOptionalTextFile, removeFile, writeFileAtomically } from './files.ts'

/** What each of them says is told in safeguard.ts. */
export type ChangeFiles = Readonly<
  Record<'inverse' | 'claimed' | 'reverted' | 'next' | 'deadline' | 'pending' | 'watching', string>
>

export function changeFilesIn(folder: string): ChangeFiles {
  return {
    inverse: join(folder, 'inverse.nft'),
    claimed: join(folder, 'claimed.nft'),
    reverted: join(folder, 'reverted.nft'),
    next: join(folder, 'next-good.nft'),
    deadline: join(folder, 'deadline'),
    pending: join(folder, 'pending.json'),
    watching: join(folder, 'watching'),
  }
}

/** A live agent acts at the deadline, so the script gives it that much more. */
const scriptGraceSeconds = 2

/**
 * `SECONDS BOOT ID TIME`: of /proc/uptime, which no change of the clock moves, in that boot; who is to watch; for people. Whoever
 * watches reads it anew each second. @param id of the change @throws HostError state-unwritable
 */
export async function writeDeadline(
  { deadline }: ChangeFiles,
  { id, inMs }: { readonly id: string; readonly inMs: number },
): Promise<void> {
  const seconds = Math.ceil((await readUptimeSeconds()) + inMs / 1000) + scriptGraceSeconds
  const time = new Date(Date.now() + inMs).toISOString()
  await writeFileAtomically(deadline, `${seconds} ${await readBootId()} ${id} ${time}\n`)
}

/** Another one for the same change. */
export async function moveDeadline(files: ChangeFiles, inMs: number): Promise<void> {
  const [, , id = ''] = ((await readOptionalTextFile(files.deadline)) ?? '').split(/\s/)
  await writeDeadline(files, { id, inMs })
}

/** What could be taken for confirmed first; then the handle, without which the script does nothing any more. */
export async function removeChangeFiles(files: ChangeFiles): Promise<void> {
  const { next, inverse, claimed, reverted, deadline, pending, watching } = files
  for (const path of [next, inverse, claimed, reverted, deadline, pending, watching]) await removeFile(path)
}
