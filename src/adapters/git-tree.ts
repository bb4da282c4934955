/** git's commit and tree objects, from their bytes. */

import { readAllowances } from '../repository/allowances.ts'
import { printForeign } from './git-remote.ts'

export interface CommitObject {
  /** Object id. */
  readonly tree: string
  readonly parents: readonly string[]
  readonly committedAt: Date | undefined
  /** First line of the message, without control characters. */
  readonly subject: string
  /** The words of its `Rampart-Allow` trailers. */
  readonly allows: readonly string[]
}

/** Undefined when it does not begin as git begins a commit: with its tree, then its parents. */
export function readCommit(bytes: Uint8Array): CommitObject | undefined {
  const text = new TextDecoder().decode(bytes)
  const end = text.indexOf('\n\n')
  const header = end === -1 ? text : text.slice(0, end)
  const [, tree, parents = ''] = /^tree ([0-9a-f]{40})((?:\nparent [0-9a-f]{40})*)(?:\n|$)/.exec(header) ?? []
  if (tree === undefined) return undefined
  const seconds = /^committer .* (-?\d{1,12}) [+-]\d{4}$/m.exec(header)?.[1]
  const message = end === -1 ? '' : text.slice(end + 2).trimStart()
  return {
    tree,
    parents: parents.split('\nparent ').slice(1),
    committedAt: seconds === undefined ? undefined : new Date(Number(seconds) * 1000),
    subject: printForeign(message.split('\n', 1)[0] ?? ''),
    allows: readAllowances(message),
  }
}

export interface TreeEntry {
  readonly name: string
  readonly type: 'tree' | 'file' | 'symlink' | 'submodule'
  readonly oid: string
}

export function isTree(entry: TreeEntry): boolean {
  return entry.type === 'tree'
}

/** Entries look like `100644 name\0` and 20 bytes of id. Undefined when the bytes are no tree, or a name in it is a trap. */
export function readTreeEntries(bytes: Uint8Array): readonly TreeEntry[] | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const entries: TreeEntry[] = []
  for (let start = 0; start < buffer.length; ) {
    const end = buffer.indexOf(0, start)
    if (end === -1 || end + 21 > buffer.length) return undefined
    const match = /^(\d{5,6}) (.+)$/s.exec(buffer.toString('utf8', start, end))
    const type = types.get(match?.[1] ?? '')
    const name = match?.[2]
    if (type === undefined || name === undefined || name === '.' || name === '..' || name.includes('/'))
      return undefined
    entries.push({ name, type, oid: buffer.toString('hex', end + 1, end + 21) })
    start = end + 21
  }
  return entries
}

/** git writes no other modes; 100664 is what its first versions wrote. */
const types: ReadonlyMap<string, TreeEntry['type']> = new Map([
  ['40000', 'tree'],
  ['040000', 'tree'],
  ['100644', 'file'],
  ['100664', 'file'],
  ['100755', 'file'],
  ['120000', 'symlink'],
  ['160000', 'submodule'],
])
