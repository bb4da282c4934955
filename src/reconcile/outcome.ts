/** How a run ended. */

import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { GuardName } from '../pipeline.ts'
import type { Revision } from '../repository/revision.ts'
import type { HostErrorCode } from './host-error.ts'
import type { RevertReason } from './ports.ts'

/** In their order in a run. */
export type Stage =
  | 'settle'
  | 'recall'
  | 'fetch'
  | 'trust'
  | 'parse'
  | 'validate'
  | 'facts'
  | 'resolve'
  | 'compile'
  | 'test'
  | 'read'
  | 'guard'
  | 'activate'
  | 'probe'
  | 'arm'
  | 'apply'
  | 'verify'
  | 'confirm'
  | 'revert'
  | 'save'
  | 'connections'

export type Outcome =
  /** The kernel holds what the revision says. `changes` counts rules, elements and objects that came or went; 0 when it already did. */
  | {
      readonly type: 'converged'
      readonly revision: Revision
      readonly changes: number
      readonly warnings: readonly Diagnostic[]
      /** What somebody should know of it, one line each: guards that were overridden, logins that were cut, probes that could not be asked. */
      readonly notes: readonly string[]
    }
  /** The revision was refused before anything was touched; the kept one goes on being enforced. */
  | {
      readonly type: 'invalid'
      readonly revision: Revision
      readonly diagnostics: readonly Diagnostic[]
      readonly kept: Revision | undefined
    }
  /** The revision is signed by nobody who is trusted, or does not go on from the kept one; it was not even read. */
  | {
      readonly type: 'untrusted'
      readonly revision: Revision
      readonly reason: string
      readonly kept: Revision | undefined
    }
  /** The revision is valid and was not applied to this host, because a guard objects or because it was set aside before. */
  | {
      readonly type: 'refused'
      readonly revision: Revision
      readonly reasons: readonly RefusalReason[]
      readonly kept: Revision | undefined
    }
  /** The revision was applied and taken back: the kernel holds the kept one again. */
  | {
      readonly type: 'reverted'
      readonly revision: Revision
      readonly reason: RevertReason
      /** One line for people. */
      readonly message: string
      readonly kept: Revision | undefined
    }
  | { readonly type: 'failed'; readonly stage: Stage; readonly error: Failure; readonly kept: Revision | undefined }

export interface RefusalReason {
  readonly guard: GuardName | 'set-aside' | 'not-held'
  /** One line for people. */
  readonly message: string
}

/** `fetch: git.example.org refused the connection`. */
export function describeFailure({ stage, error }: Outcome & { readonly type: 'failed' }): string {
  return `${stage}: ${error.message}`
}

/** What a HostError says, or the run itself when the kernel does not hold what was loaded. */
export interface Failure {
  readonly code: HostErrorCode
  readonly message: string
}

/**
 * Why a run was asked for. All do the same and the word is for people, but for four: `drift` alone looks at the kernel only and repairs what
 * was enforced, `insist` takes a revision that was set aside, `rollback` one from the history, `apply` a folder that somebody sent.
 */
export type Trigger =
  | 'start'
  | 'schedule'
  | 'webhook'
  | 'sync'
  | 'insist'
  | 'signal'
  | 'drift'
  | 'interfaces'
  | 'retry'
  | 'resume'
  | 'rollback'
  | 'apply'
