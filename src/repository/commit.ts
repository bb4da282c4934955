/** One commit, as far as its descent and its signature go. */

export interface Commit {
  /** In hex; the hash of the object that the other fields were read from. */
  readonly id: string
  /** The first is the one that the branch was at before. */
  readonly parents: readonly string[]
  /** Undefined when the commit holds no time that can be read. */
  readonly committedAt: Date | undefined
  /** What was signed: the object's bytes without the signature. */
  readonly payload: Uint8Array
  readonly signature: CommitSignature | undefined
}

export interface CommitSignature {
  /** `unknown` also for a commit with several signatures. */
  readonly format: 'ssh' | 'openpgp' | 'unknown'
  /** Armored, as it stood in the commit. */
  readonly text: string
}

/** Whether a revision is a commit, not a folder as it is. */
export function isCommitId(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text)
}
