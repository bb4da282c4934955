/** The agent's own configuration after validation (interface.md section 3): where policy comes from and how the agent behaves. */

export interface RepositoryConfiguration {
  readonly url: string
  readonly branch: string
  /** Folder inside the repository; `.` is its root. */
  readonly path: string
  readonly username: string
  readonly tokenFile: string | undefined
  readonly caFile: string | undefined
  readonly clientCertFile: string | undefined
  readonly clientKeyFile: string | undefined
  readonly sshKeyFile: string | undefined
  readonly knownHostsFile: string | undefined
  readonly timeoutMs: number
  readonly maxBytes: number
}

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

export interface WebhookConfiguration {
  readonly listen: ListenAddress
  readonly provider: 'github'
  /** One secret a line; more than one while rotating. */
  readonly secretFile: string
}

/** How a new ruleset takes the place of the one before it. */
export interface ApplyConfiguration {
  /** Between the start of connection tracking and the first enforcement (behaviour.md EV-53); 0: no wait. */
  readonly firstActivationDelayMs: number
  /** Whether live connections that the new ruleset denies are ended (EV-51). */
  readonly endsDeniedConnections: boolean
}

export const defaultApply: ApplyConfiguration = { firstActivationDelayMs: 5_000, endsDeniedConnections: true }

export type FailsafePreset = 'minimal' | 'calico-compat'
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Paths are absolute. */
export interface AgentConfiguration {
  readonly node: string
  readonly repository: RepositoryConfiguration
  /** Cron expression, five fields. */
  readonly schedule: string
  /** The host's share of it is fixed and derived from the machine id. */
  readonly splayMs: number
  readonly webhook: WebhookConfiguration | undefined
  readonly apply: ApplyConfiguration
  readonly failsafes: FailsafePreset
  readonly driftIntervalMs: number
  readonly observe: ListenAddress | undefined
  readonly logLevel: LogLevel
  readonly stateDir: string
}

/** The default when neither the configuration nor `--state-dir` or RAMPART_STATE_DIR names one. */
export const defaultStateDir = '/var/lib/rampart'
