/** Reads commits from a bare repository, with what was signed and by which signature. */

import type { CommitReader } from '../reconcile/ports.ts'
import { damaged, type ObjectAccess, openObjects } from './git-objects.ts'
import { splitSignature } from './git-signature.ts'
import { readCommit } from './git-tree.ts'

/** Each commit's bytes hash to its id. */
export function openCommitReader(access: ObjectAccess): CommitReader {
  const objects = openObjects(access)
  return {
    async read(id) {
      const bytes = await objects.find(id, 'commit')
      if (bytes === undefined) return undefined
      const header = readCommit(bytes)
      if (header === undefined) throw damaged(access, `commit ${id} has no tree`)
      return { id, parents: header.parents, committedAt: header.committedAt, ...splitSignature(bytes) }
    },
  }
}
