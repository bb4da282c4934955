/** One state of the policy repository: where it comes from, and its files as they lie there. */

export interface Revision {
  /** Commit id in hex; for a plain directory the word `directory`. */
  readonly commit: string
  /** Of the commit; undefined for a plain directory. */
  readonly committedAt: Date | undefined
  /** First line of the commit message; '' for a plain directory. */
  readonly subject: string
  /** The words of its `Rampart-Allow` trailers in lower case, known or not: guards that the author overrides. */
  readonly allows: readonly string[]
}

/** A plain directory, whatever is in it. */
export const folderRevision: Revision = { commit: 'directory', committedAt: undefined, subject: '', allows: [] }

/** One entry of the revision's tree, read from the object store; nothing is decoded, smudged or followed. */
export interface RepositoryFile {
  /** Relative to the policy folder, with forward slashes. */
  readonly path: string
  readonly type: 'file' | 'symlink' | 'submodule'
  /** Identifies the content: equal ids, equal bytes. */
  readonly contentId: string
  /** Empty for a submodule; the target for a symlink. */
  readonly bytes: Uint8Array
}

export interface RevisionFiles {
  readonly revision: Revision
  /** Every *.yaml and *.yml file outside dot folders, in path order. */
  readonly files: readonly RepositoryFile[]
}

/** `0123456789` for people; the whole word when it is no commit id. */
export function shortCommit(commit: string): string {
  return /^[0-9a-f]{40}$/.test(commit) ? commit.slice(0, 10) : commit
}

/** Whether a path of the tree belongs to the policy: a YAML file, no part of it starting with a dot. */
export function isPolicyPath(path: string): boolean {
  return /\.ya?ml$/.test(path) && !path.split('/').some((part) => part.startsWith('.'))
}
