/** The agent's own configuration after validation (interface.md section 3): where policy comes from and how the agent behaves. */

import type { ApplyConfiguration } from './apply-configuration.ts'

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

/** Which commits are believed; at least one of the files is given. */
export interface TrustConfiguration {
  /** `head`: the tip must be signed; `all`: also every commit since the last applied one. */
  readonly require: 'head' | 'all'
  /** In the form of ssh-keygen(1), ALLOWED SIGNERS. */
  readonly allowedSignersFile: string | undefined
  /** OpenPGP public keys, armored or not. */
  readonly pgpKeysFile: string | undefined
  /** Whether a tip may be enforced that does not descend from the last applied commit. */
  readonly allowRewind: boolean
}

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

export type WebhookProviderName = 'github' | 'gitlab' | 'gitea' | 'bitbucket' | 'generic'

export interface WebhookConfiguration {
  readonly listen: ListenAddress
  readonly provider: WebhookProviderName
  /** One secret a line; more than one while rotating. */
  readonly secretFile: string
}

export type FailsafePreset = 'minimal' | 'calico-compat'
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Paths are absolute. */
export interface AgentConfiguration {
  readonly node: string
  readonly repository: RepositoryConfiguration
  /** Undefined: any commit on the branch is trusted. */
  readonly trust: TrustConfiguration | undefined
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
