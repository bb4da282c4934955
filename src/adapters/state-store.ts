/** The state folder's last good ruleset: an nft script that names its revision in its first lines. */

import { join } from 'node:path'
import type { LastGood, StateStore } from '../reconcile/ports.ts'
import type { Revision } from '../repository/revision.ts'
import { readOptionalTextFile, writeFileAtomically } from './files.ts'
import type { Journal } from './journal.ts'

const title = '# rampart: the last good ruleset; loads with `nft -f` from any state'
const revisionPrefix = '# revision: '

/** @param folder must exist; the file is `last-good.nft` in it */
export function createStateStore(folder: string, journal: Pick<Journal, 'warn'>): StateStore {
  const path = join(folder, 'last-good.nft')
  return {
    async loadLastGood() {
      const text = await readOptionalTextFile(path)
      if (text === undefined) return undefined
      const lastGood = readLastGood(text)
      if (lastGood === undefined) journal.warn('state-damaged', { file: path, consequence: 'the policy is read anew' })
      return lastGood
    },
    async saveLastGood({ revision, script }) {
      await writeFileAtomically(path, `${title}\n${revisionPrefix}${JSON.stringify(revision)}\n${script}`)
    },
  }
}

function readLastGood(text: string): LastGood | undefined {
  const [, header = ''] = text.split('\n', 2)
  if (!text.startsWith(title) || !header.startsWith(revisionPrefix) || !text.endsWith('}\n')) return undefined
  const revision = readRevision(header.slice(revisionPrefix.length))
  if (revision === undefined) return undefined
  return { revision, script: text.slice(title.length + header.length + 2) }
}

function readRevision(text: string): Revision | undefined {
  try {
    const { commit, subject, committedAt } = JSON.parse(text) as Record<string, unknown>
    if (typeof commit !== 'string' || typeof subject !== 'string') return undefined
    return { commit, subject, committedAt: typeof committedAt === 'string' ? new Date(committedAt) : undefined }
  } catch {
    return undefined
  }
}
