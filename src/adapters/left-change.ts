/** What an earlier process left of a change, as it lies in the state folder: it goes back, or it was confirmed and nobody saved it. */

import type { LastGood, Leftover, LeftUnconfirmed, PendingChange } from '../reconcile/ports.ts'
import type { ChangeFiles } from './change-files.ts'
import { readOptionalTextFile, removeFile } from './files.ts'
import { readHold } from './hold-file.ts'
import { readRevision, readRulesetFile } from './ruleset-file.ts'

/** A file can not be read for what it is, and what is lost by that. */
export type OnDamaged = (file: string, consequence: string) => void

export async function readLeftChange(files: ChangeFiles, onDamaged: OnDamaged): Promise<Leftover | undefined> {
  for (const [state, path] of [
    ['waiting', files.inverse],
    ['claimed', files.claimed],
    ['undone', files.reverted],
  ] as const) {
    const text = await readOptionalTextFile(path)
    if (text === undefined) continue
    const file = readRulesetFile(text)
    if (file === undefined) onDamaged(path, 'what nft does not take of it is replaced by the last good policy')
    const { revision, concerns } = await readPendingChange(files)
    if (revision === undefined) onDamaged(files.pending, 'the change that goes back may be tried again')
    return { state, previous: file ?? { revision: undefined, script: text }, revision, concerns }
  }
  const next = await readNext(files, onDamaged)
  if (next !== undefined) {
    const { revision, hold } = await readPendingChange(files)
    if (revision === undefined) onDamaged(files.pending, 'what was confirmed is not held, should it be a rollback')
    return { state: 'confirmed', next, hold }
  }
  // whoever was about to remove them ended before
  for (const path of [files.deadline, files.pending]) await removeFile(path)
  return undefined
}

/** Only where nothing else is left of the change. */
async function readNext({ next }: ChangeFiles, onDamaged: OnDamaged): Promise<LastGood | undefined> {
  const text = await readOptionalTextFile(next)
  if (text === undefined) return undefined
  const file = readRulesetFile(text)
  if (file?.revision !== undefined) return { revision: file.revision, script: file.script }
  onDamaged(next, 'the good policy of before is enforced until the repository answers')
  await removeFile(next)
  return undefined
}

type ReadChange = Pick<LeftUnconfirmed, 'revision' | 'concerns'> & Pick<PendingChange, 'hold'>

async function readPendingChange({ pending }: ChangeFiles): Promise<ReadChange> {
  const text = await readOptionalTextFile(pending)
  try {
    const { revision, concerns, hold } = JSON.parse(text ?? '') as {
      readonly [Key in keyof ReadChange]?: unknown
    }
    return {
      revision: readRevision(JSON.stringify(revision)),
      concerns: concerns === 'other' ? 'other' : 'tip',
      hold: readHold(JSON.stringify(hold)),
    }
  } catch {
    return { revision: undefined, concerns: 'tip', hold: undefined }
  }
}
