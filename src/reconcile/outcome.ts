/** How a run ended. */

import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Revision } from '../repository/revision.ts'
import type { HostErrorCode } from './host-error.ts'

export type Stage =
  | 'recall'
  | 'fetch'
  | 'facts'
  | 'compile'
  | 'read'
  | 'activate'
  | 'apply'
  | 'verify'
  | 'connections'
  | 'save'

export type Outcome =
  /** The kernel holds what the revision says. `changes` counts rules, elements and objects that came or went; 0 when it already did. */
  | {
      readonly type: 'converged'
      readonly revision: Revision
      readonly changes: number
      readonly warnings: readonly Diagnostic[]
    }
  /** The revision was refused before anything was touched; the kept one goes on being enforced. */
  | {
      readonly type: 'invalid'
      readonly revision: Revision
      readonly diagnostics: readonly Diagnostic[]
      readonly kept: Revision | undefined
    }
  | { readonly type: 'failed'; readonly stage: Stage; readonly error: Failure; readonly kept: Revision | undefined }

/** What a HostError says, or the run itself when the kernel does not hold what was loaded. */
export interface Failure {
  readonly code: HostErrorCode
  readonly message: string
}

/** Why a run was asked for. All do the same; the word is for people, and `drift` compares with the kernel even when nothing else changed. */
export type Trigger = 'start' | 'schedule' | 'webhook' | 'sync' | 'signal' | 'drift' | 'interfaces' | 'retry'
