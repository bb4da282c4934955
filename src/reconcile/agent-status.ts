/** What the agent tells about itself: `status.json`, the control socket and `GET /status` carry exactly this. */

export interface AgentStatus {
  readonly version: 1
  readonly node: string
  readonly program: string
  readonly startedAt: string
  readonly repository: { readonly url: string; readonly branch: string; readonly path: string }
  readonly trust: TrustStatus
  /** The revision that is enforced and confirmed; null before the first success. */
  readonly applied: AppliedRevision | null
  /** The last run, whatever became of it. */
  readonly attempted: Attempt | null
  /** The last 20 runs, newest first, those of agents before this one too. */
  readonly history: readonly PastRun[]
  /** The change that the kernel holds and that nobody has confirmed yet. */
  readonly pending: PendingStatus | null
  /** Somebody wants what is enforced to stay; null when the branch is followed. */
  readonly hold: HoldStatus | null
  /** The revision that is not taken again by itself. */
  readonly setAside: SetAsideStatus | null
  /** RFC 3339; null before the first success. */
  readonly lastSuccessAt: string | null
  /** What is enforced and ends by itself next; null when nothing does. */
  readonly expiring: ExpiringStatus | null
  readonly drift: DriftStatus
  readonly connectionsEnded: EndedConnectionsStatus
  readonly endpoints: readonly EndpointStatus[]
  /** The staged policies that concern this host, in name order. */
  readonly staged: readonly StagedStatus[]
  readonly unguarded: readonly UnguardedInterface[]
  readonly ruleset: { readonly rules: number; readonly setElements: number } | null
  readonly schedule: { readonly cron: string; readonly nextRunAt: string | null }
}

/** Of an agent that has just begun. */
export const nothingKnown = {
  trust: { require: 'none', signer: null, warnings: [] },
  applied: null,
  attempted: null,
  pending: null,
  setAside: null,
  hold: null,
  history: [],
  lastSuccessAt: null,
  expiring: null,
  drift: { repairs: 0, lastAt: null, lastChanges: [], lastBy: [], watch: 'down', fight: null },
  connectionsEnded: { total: 0, lastAt: null, lastFlows: [], undecided: 0, problem: null },
  endpoints: [],
  staged: [],
  unguarded: [],
  ruleset: null,
} as const satisfies Partial<AgentStatus>

export interface TrustStatus {
  /** Which commits must be signed; with `none` any commit on the branch is believed. */
  readonly require: 'none' | 'head' | 'all'
  /** Who signed the tip that was last found trusted; null before, and when nothing must be signed. */
  readonly signer: string | null
  /** What could not be made sure of, or is unusual and permitted, about that tip; one line each. */
  readonly warnings: readonly string[]
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
  readonly outcome: 'converged' | 'invalid' | 'untrusted' | 'refused' | 'reverted' | 'failed'
  /** One line: the reason when it did not converge, else how many changes. */
  readonly message: string
  /** As `validate --format json` prints them; empty when it converged without warnings. */
  readonly diagnostics: readonly StatusDiagnostic[]
  /** Why it was refused, or what should be known of a change that was applied; one line each. */
  readonly notes: readonly string[]
  /** Runs in a row that did not converge. */
  readonly failures: number
}

export interface PendingStatus {
  readonly commit: string
  readonly subject: string
  readonly appliedAt: string
  /** When it is taken back, unless it is confirmed. */
  readonly deadline: string
  readonly waitsFor: 'probes' | 'person'
  /** Probes that fail now, with the reason. */
  readonly failing: readonly string[]
}

export interface HoldStatus {
  readonly reason: string
  readonly at: string
  /** When it ends by itself; null: when somebody says so. */
  readonly until: string | null
  /** Why only the table of what is held is known, which does not follow the host's interfaces; null where its policy is followed. */
  readonly tableOnly: string | null
  /** What the branch has instead; null when that is the same, or not known. */
  readonly newest: { readonly commit: string; readonly subject: string } | null
}

export type PastRun = Pick<Attempt, 'at' | 'trigger' | 'commit' | 'outcome' | 'message'>

export interface SetAsideStatus {
  readonly commit: string
  readonly at: string
  /** Why it was taken back, or `refused`. */
  readonly cause: string
  readonly message: string
  /** When it is taken once more by itself. */
  readonly retryAt: string | null
}

export interface StatusDiagnostic {
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
}

export interface ExpiringStatus {
  readonly at: string
  /** Those that end at this moment, as the policy calls them. */
  readonly rules: readonly string[]
}

export interface DriftStatus {
  /** Repairs since the agent started. */
  readonly repairs: number
  readonly lastAt: string | null
  /** What was different the last time, one line each. */
  readonly lastChanges: readonly string[]
  /** Whose changes they were; empty when nobody was seen. */
  readonly lastBy: readonly DriftAuthor[]
  /** Whether changes are told as they happen; while it is down the slow comparison of `driftInterval` has to do. */
  readonly watch: 'listening' | 'down'
  /** A program that keeps undoing repairs, which therefore come slowly; null when there is none. */
  readonly fight: DriftFight | null
}

/** Parts are null when the process had ended before it could be looked at, or may not be looked at. */
export interface DriftAuthor {
  /** Its name as the kernel tells it, at most 15 bytes. */
  readonly process: string
  readonly pid: number
  /** Program and first words, without what may be secret. */
  readonly command: string | null
  readonly executable: string | null
  readonly uid: number | null
  /** The name of the process that started it. */
  readonly parent: string | null
}

export interface DriftFight {
  readonly process: string
  readonly since: string
  readonly repairs: number
}

/** Packets since the counter was made that a list would have treated otherwise; null when the kernel could not be asked. */
export interface StagedStatus {
  readonly kind: string
  /** '' for a global kind. */
  readonly namespace: string
  readonly name: string
  readonly denied: number | null
  readonly allowed: number | null
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
