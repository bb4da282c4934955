/** What `rampart doctor` reads of a host, as it was found; what could not be read says why. */

import type { Revision } from '../repository/revision.ts'
import type { AgentConfiguration } from './agent-configuration.ts'
import type { HostInterface } from './host-facts.ts'

export type Reading<T> =
  | { readonly type: 'read'; readonly value: T }
  /** One line for people. */
  | { readonly type: 'unread'; readonly reason: string }

export interface HostReadings {
  readonly configuration: ConfigurationReading
  readonly programs: readonly ProgramReading[]
  readonly features: Reading<readonly FeatureTrial[]>
  readonly rights: Reading<Rights>
  readonly account: Account
  readonly state: StateReading
  readonly credentials: readonly CredentialFile[]
  readonly lastGood: LastGoodReading
  readonly agent: Reading<AgentState>
  readonly units: Reading<Units>
  /** Base chains of every table but ours, on the hooks that packets of an inet table pass. */
  readonly foreignChains: Reading<readonly ForeignChain[]>
  /** Tables of the older iptables, whose rules nft does not show; empty when it is not in the kernel. */
  readonly legacyTables: Reading<readonly string[]>
  readonly interfaces: Reading<readonly HostInterface[]>
  readonly settings: KernelSettings
  readonly clock: ClockReading
  readonly remote: RemoteReading
}

export type ConfigurationReading =
  | { readonly type: 'valid'; readonly path: string; readonly configuration: AgentConfiguration }
  /** The first fault with its place, and how many there are. */
  | { readonly type: 'invalid'; readonly path: string; readonly fault: string; readonly count: number }
  | { readonly type: 'missing'; readonly path: string }
  | { readonly type: 'unread'; readonly path: string; readonly reason: string }

export type ProgramName = 'nft' | 'ip' | 'flock' | 'conntrack' | 'git' | 'ssh'

export interface ProgramReading {
  readonly program: ProgramName
  /** `1.0.6`; undefined when there is no such program. */
  readonly version: string | undefined
}

/** One thing that a ruleset of ours may need, tried for real where nobody is hurt. */
export interface FeatureTrial {
  readonly feature: string
  /** Every ruleset needs it; the others only some policies. */
  readonly isVital: boolean
  /** What nft said; undefined when it works. */
  readonly failure: string | undefined
}

/** Of this process, as far as CAP_NET_ADMIN goes. */
export interface Rights {
  readonly isEffective: boolean
  /** False: no program started from here can have it, not even as root. */
  readonly isBounding: boolean
}

/** The agent's user and group; undefined when there is none of the name. */
export interface Account {
  readonly uid: number | undefined
  readonly gid: number | undefined
}

export interface Ownership {
  readonly uid: number
  readonly gid: number
  /** The nine permission bits. */
  readonly mode: number
}

export interface StateReading {
  readonly path: string
  /** Undefined: there is no such folder. */
  readonly folder: Reading<StateFolder | undefined>
}

export interface StateFolder extends Ownership {
  readonly isFolder: boolean
  readonly isReadOnly: boolean
  readonly freeBytes: number
  /** Undefined on file systems that have no fixed number of them. */
  readonly freeInodes: number | undefined
}

export interface CredentialFile {
  /** As the configuration calls it, `repository.tokenFile`. */
  readonly field: string
  readonly path: string
  readonly isSecret: boolean
  /** Undefined: there is no such file. */
  readonly file: Reading<Ownership | undefined>
}

export interface LastGoodReading {
  readonly path: string
  /** Undefined: there is no such file. */
  readonly content: Reading<LastGoodContent | undefined>
}

export interface LastGoodContent {
  /** Undefined: the file was cut or changed, and the agent will not trust it. */
  readonly revision: Revision | undefined
  /** What its endpoints govern by name. */
  readonly governed: readonly { readonly endpoint: string; readonly interfaceName: string }[]
  /** Whether nft takes it: `read` with undefined when it does, else with what nft said. */
  readonly failure: Reading<string | undefined>
}

/** What a running agent says of itself. */
export interface AgentState {
  readonly program: string
  /** `converged` or how the last run ended otherwise; undefined before the first has ended. */
  readonly outcome: string | undefined
  readonly message: string
}

export type UnitState = 'enabled' | 'disabled' | 'missing'

/** Whether systemd starts them at boot. */
export interface Units {
  readonly agent: UnitState
  readonly boot: UnitState
  readonly nftables: UnitState
  /** Whether /etc/nftables.conf, which nftables.service loads, removes everybody's tables; false also when it cannot be read. */
  readonly flushesRuleset: boolean
}

export interface ForeignChain {
  /** `ip filter` */
  readonly table: string
  readonly chain: string
  readonly hook: string
  readonly priority: number
  readonly policy: 'accept' | 'drop'
  /** A rule in it, or in a chain that it leads to, drops, rejects or queues packets, or may. */
  readonly mayDrop: boolean
  /** Names of all chains of its table: they tell who made it. */
  readonly tableChains: readonly string[]
}

/** Of this network namespace; undefined where the kernel has no such setting. */
export interface KernelSettings {
  readonly conntrackCount: number | undefined
  readonly conntrackMax: number | undefined
  readonly conntrackTcpLoose: number | undefined
  readonly bridgeCallsIptables: number | undefined
}

export interface ClockReading {
  readonly now: Date
  readonly isSynchronized: Reading<boolean>
}

/** The way to the policy repository, step by step; a step after one that failed is unread. */
export type RemoteReading =
  | { readonly type: 'unread'; readonly reason: string }
  | {
      readonly type: 'read'
      /** For people: without a secret. */
      readonly name: string
      /** Undefined where no name has to be looked up. */
      readonly lookup: { readonly host: string; readonly failure: string | undefined } | undefined
      /** The commit at the tip of the branch, or what failed. */
      readonly tip:
        | { readonly type: 'tip'; readonly commit: string }
        | { readonly type: 'failed'; readonly reason: string }
    }
