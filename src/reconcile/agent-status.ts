/** What the agent tells about itself: `status.json`, the control socket and `GET /status` carry exactly this. */

export interface AgentStatus {
  readonly version: 1
  readonly node: string
  readonly program: string
  readonly startedAt: string
  readonly repository: { readonly url: string; readonly branch: string; readonly path: string }
  /** The revision that the kernel enforces; null before the first success. */
  readonly applied: AppliedRevision | null
  /** The last run, whatever became of it. */
  readonly attempted: Attempt | null
  /** RFC 3339; null before the first success. */
  readonly lastSuccessAt: string | null
  readonly drift: DriftStatus
  readonly connectionsEnded: EndedConnectionsStatus
  readonly endpoints: readonly EndpointStatus[]
  readonly unguarded: readonly UnguardedInterface[]
  readonly ruleset: { readonly rules: number; readonly setElements: number } | null
  readonly schedule: { readonly cron: string; readonly nextRunAt: string | null }
}

export interface AppliedRevision {
  readonly commit: string
  readonly subject: string
  readonly committedAt: string | null
  readonly appliedAt: string
}

export interface Attempt {
  /** Null when the run failed before a revision was known. */
  readonly commit: string | null
  readonly at: string
  readonly trigger: string
  readonly outcome: 'converged' | 'invalid' | 'failed'
  /** One line: the reason when it did not converge, else how many changes. */
  readonly message: string
  /** As `validate --format json` prints them; empty when it converged without warnings. */
  readonly diagnostics: readonly StatusDiagnostic[]
  /** Runs in a row that did not converge. */
  readonly failures: number
}

export interface StatusDiagnostic {
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
}

export interface DriftStatus {
  /** Repairs since the agent started. */
  readonly repairs: number
  readonly lastAt: string | null
  /** What was different the last time, one line each. */
  readonly lastChanges: readonly string[]
}

/** Live connections that a newer policy denied. */
export interface EndedConnectionsStatus {
  /** Since the agent started. */
  readonly total: number
  readonly lastAt: string | null
  /** The first of those that ended the last time, one line each. */
  readonly lastFlows: readonly string[]
  /** At the last change of the ruleset: left alone because nobody can tell. */
  readonly undecided: number
  /** At the last change: why connections that should have ended may go on. */
  readonly problem: string | null
}

/** An interface whose traffic passes unjudged since the address went away by which an endpoint governed it. */
export interface UnguardedInterface {
  readonly interface: string
  readonly endpoint: string
  readonly since: string
}

export interface EndpointStatus {
  readonly name: string
  /** `*` for the star endpoint. */
  readonly interfaces: readonly string[]
  /** up: governs interfaces that are all up; down: some are not; error: governs none. */
  readonly state: 'up' | 'down' | 'error'
}
