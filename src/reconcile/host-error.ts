/** A failure of the host: git, nft, disk, network. Made only by adapters, caught only by the run and by main. */

export type HostErrorCode =
  /** The git server cannot be reached, answers with an error, or breaks off. */
  | 'git-unreachable'
  | 'git-unauthorized'
  /** The server wants to be left alone for a while, and is. */
  | 'git-busy'
  /** Repository, branch, folder or commit does not exist there. */
  | 'git-not-found'
  /** What arrived is no git, is incomplete, or contradicts its own hashes. */
  | 'git-corrupt'
  /** A limit of the configuration: time or bytes. */
  | 'git-limit'
  | 'nft-missing'
  /** nft refused a transaction; nothing was changed. */
  | 'nft-refused'
  | 'nft-permission'
  | 'facts-unreadable'
  | 'state-unwritable'
  /** Nobody would take an unconfirmed change back, so it is not made. */
  | 'revert-unarmed'
  | 'lock-held'
  | 'file-unreadable'
  | 'listen-failed'
  | 'agent-unreachable'
  /** A program that only some work needs is not installed. */
  | 'program-missing'
  /** Another program that has no reason to fail did. */
  | 'command-failed'
  /** A private network namespace of the demo cannot be made: no right, or no ip program. */
  | 'namespace-failed'
  | 'aborted'

export class HostError extends Error {
  override readonly name = 'HostError'
  readonly code: HostErrorCode

  /** @param message one line for people, without the code; what failed on what, and why */
  constructor(code: HostErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}
