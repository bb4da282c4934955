/** What one run leaves to the next. */

import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { HostCompilation, PolicyReading } from '../pipeline.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { Revision } from '../repository/revision.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'
import type { SetAside, TableFile } from './ports.ts'
import type { Verification } from './trust.ts'

export interface Memory {
  /** The newest policy that was taken; undefined until there was one since the start. */
  readonly policy: ValidPolicy | undefined
  /** The tip as it was last read, so that it is not read again; valid, but perhaps not taken. */
  readonly tip: ValidPolicy | undefined
  /** Of the files that were last read, valid or not: what the next commit leaves as it is need not be read again. */
  readonly reading: PolicyReading | undefined
  /** What the kernel was last made to hold; after a start what the state folder says of it. */
  readonly enforced: Enforced | undefined
  /** What the state folder says of it. */
  readonly saved: Saved | undefined
  /** What the kernel was last seen or made to hold; undefined: a transaction of ours ended in a way that does not tell, or nobody has looked. */
  readonly live: Ruleset | undefined
  /** Of what is enforced, on this host; undefined until it was compiled since the start. */
  readonly compilation: HostCompilation | undefined
  /** Why only the table of what is enforced is known; undefined where its policy is, or nobody has looked yet. */
  readonly tableOnly: string | undefined
  /** The commit that is enforced by its table because what its policy became on this host was taken back. */
  readonly takenBack: string | undefined
  /** Of the tip that was last looked at; undefined until then. */
  readonly verification: Verification | undefined
  /** The tip of the branch when it was last fetched, taken or not; undefined until then. */
  readonly newest: Revision | undefined
  /** `unread`: nobody has looked into the state folder yet. */
  readonly setAside: SetAside | undefined | 'unread'
}

export interface ValidPolicy {
  readonly revision: Revision
  readonly policySet: PolicySet
  /** Signatures are asked for, and this one's is good; false where any commit is taken. */
  readonly tipIsTrusted: boolean
  readonly warnings: readonly Diagnostic[]
}

export interface Enforced {
  readonly revision: Revision
  readonly ruleset: Ruleset
}

export interface Saved extends Enforced {
  /** Undefined when it came from the history. */
  readonly file: TableFile | undefined
}

export const emptyMemory: Memory = {
  policy: undefined,
  tip: undefined,
  reading: undefined,
  enforced: undefined,
  saved: undefined,
  live: undefined,
  compilation: undefined,
  tableOnly: undefined,
  takenBack: undefined,
  verification: undefined,
  newest: undefined,
  setAside: 'unread',
}
