/** What a run needs from the world. The adapters implement it; tests fake it. */

import type { Flow, RouteTo } from '../flow/flow.ts'
import type { Probe } from '../host/apply-configuration.ts'
import type { HostFacts } from '../host/host-facts.ts'
import type { Login } from '../host/login.ts'
import type { Address } from '../net/address.ts'
import type { Commit } from '../repository/commit.ts'
import type { Revision, RevisionFiles } from '../repository/revision.ts'
import type { ListedPart } from '../ruleset/part.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'

/** Where the policy comes from. Throws HostError with a git-* code, file-unreadable, state-unwritable or aborted. */
export interface PolicySource {
  /**
   * The tip of the branch (or the directory as it is), complete: every file was read and checked.
   * @param onNews called where there is another tip than before, while the remote is waited for; a directory never calls it
   */
  fetch(signal: AbortSignal, onNews?: () => void): Promise<RevisionFiles>
  /** A commit of before, complete; undefined when it is not there. `history`: older commits are fetched until it is found. */
  recall(commit: string, reach: 'clone' | 'history', signal: AbortSignal): Promise<RevisionFiles | undefined>
}

/** The commits behind the tip that was fetched last. Throws HostError with a git-* code, state-unwritable or aborted. */
export interface CommitHistory {
  open(signal: AbortSignal): CommitReader
  /** Fetches older commits, which a reader must be opened anew for; false when there are no more. */
  deepen(signal: AbortSignal): Promise<boolean>
}

/** For one walk: it keeps what it has read. */
export interface CommitReader {
  /** Undefined when it was not fetched. */
  read(commit: string): Promise<Commit | undefined>
}

/** Throws HostError file-unreadable, command-failed or aborted. */
export interface SignatureVerifier {
  verify(commit: Commit, signal: AbortSignal): Promise<SignatureFinding>
}

export type SignatureFinding =
  /** By a key that is trusted. `signer` is one line: whose key, and which. */
  | { readonly type: 'good'; readonly signer: string }
  /** Second half of a sentence that begins with the commit. */
  | { readonly type: 'bad'; readonly reason: string }

/** The kernel's packet filter, seen through our one table. Throws HostError with an nft-* code. */
export interface Kernel {
  /**
   * What `table inet rampart` holds now; undefined when there is no such table.
   * @param expected what it probably holds: what is so comes back as the same objects, and sooner
   */
  read(signal: AbortSignal, expected?: Ruleset): Promise<Ruleset | undefined>
  /** These parts of it, and of all else nothing; undefined when one is not there or not as we would have made it. */
  readParts(parts: readonly ListedPart[], signal: AbortSignal): Promise<Ruleset | undefined>
  /** What a load takes to begin is done before; undone by the load that can do without, or when the signal aborts. Never rejects. */
  prepareLoad(signal: AbortSignal): Promise<void>
  /** Runs one nft script as one transaction: all of it or nothing. */
  load(script: string, signal: AbortSignal): Promise<void>
  /** Whether the rules of a chain that is declared by itself are loaded with it; some versions of nft silently leave them out. */
  fillsChains(signal: AbortSignal): Promise<boolean>
  /** Packets and bytes of each named counter since it was created. */
  readCounters(signal: AbortSignal): Promise<ReadonlyMap<string, CounterValue>>
}

export interface CounterValue {
  readonly packets: number
  readonly bytes: number
}

/** This host's interfaces. Throws HostError facts-unreadable. */
export interface HostInspector {
  read(node: string, signal: AbortSignal): Promise<HostFacts>
}

/** The kernel's connection tracking. Throws HostError command-failed, program-missing or aborted. */
export interface Connections {
  /** Of both families; also how many entries could not be read. */
  list(signal: AbortSignal): Promise<{ readonly flows: readonly Flow[]; readonly unreadable: number }>
  /** Deletes those to end out of a listing; the number of entries that were deleted. */
  end(ending: readonly Flow[], all: readonly Flow[], signal: AbortSignal): Promise<number>
}

/** The kernel's routes. Throws HostError command-failed or aborted. */
export interface Routes {
  find(addresses: readonly Address[], signal: AbortSignal): Promise<RouteTo>
}

/** Time. A verb never reads it; a run gets it here. */
export interface Clock {
  now(): Date
  /** Milliseconds that only grow. */
  monotonicMs(): number
  /** Resolves after the time, or at once when the signal aborts. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>
}

/** Who is logged in over the network. What cannot be read counts as nobody. */
export interface LoginInspector {
  read(signal: AbortSignal): Promise<readonly Login[]>
}

/** What must go on working. */
export interface Prober {
  /** Tries once, over a new connection and within seconds; undefined when it works, else why not, in a line. Never throws. */
  ask(probe: Probe, signal: AbortSignal): Promise<string | undefined>
}

/**
 * Takes an unconfirmed change back when its time is over, whatever has become of this process. Who removes or renames
 * `inverse.nft` decides: once claimed, a change goes back; once confirmed, it stays. Throws HostError state-unwritable.
 */
export interface Safeguard {
  /** What an earlier run left; undefined when nothing waits. */
  leftover(): Promise<Leftover | undefined>
  /** What arm() takes to begin is done before; undone when the signal aborts and it was not armed. Never rejects. */
  prepare(signal: AbortSignal): Promise<void>
  /**
   * Resolves when somebody watches over the change. What it brings is not printed yet.
   * @param onPlaced called when all that is left is to wait for the watcher @throws HostError revert-unarmed when nobody watches
   */
  arm(change: PendingChange, onPlaced?: () => void): Promise<void>
  /** The kernel holds the change: what it brings is on the disk, and only from then on it can be confirmed. */
  keepNext(change: PendingChange): Promise<TableFile>
  /** From now on it has this long to be confirmed, whatever is left of the time for the load. */
  startTimeout(timeoutMs: number): Promise<void>
  /** `claimed`: somebody else takes the change back or has done so. */
  standing(): Promise<'waiting' | 'claimed' | 'confirmed'>
  /** False when there was nothing to confirm: it was claimed before, nothing waits, or it is still being loaded. */
  confirm(): Promise<boolean>
  /** False when somebody else was first. */
  claim(): Promise<boolean>
  /** Forgets the change, once the kernel and the state folder are as they should be. */
  clear(): Promise<void>
}

export interface PendingChange {
  readonly revision: Revision
  /** The whole table that it brings, as a script that loads from any state; to print a large one takes its time. */
  readonly script: () => string
  /** The whole table to return to. */
  readonly previous: PrintableTable
  /** How long the kernel may take for it. */
  readonly loadMs: number
  /** How long it then may wait to be confirmed. */
  readonly timeoutMs: number
  readonly waitsFor: 'probes' | 'person'
  /** Only the tip of the branch is set aside when it goes back; what a person named instead says nothing about it. */
  readonly concerns: 'tip' | 'other'
  /** What begins once it is confirmed, whoever lives to see that; undefined when nothing does. */
  readonly hold: Hold | undefined
}

export interface PrintableTable {
  /** Undefined when nothing was enforced. */
  readonly revision: Revision | undefined
  /** Loads with `nft -f` from any state; to print a large one takes its time. */
  readonly script: () => string
  /** Says the same; undefined where there is no such file. */
  readonly file: TableFile | undefined
}

/** A file as it was when it was written or read, by which one that was touched since is told from it. */
export interface TableFile {
  readonly path: string
  readonly inode: bigint
  readonly modifiedNs: bigint
  readonly sizeBytes: bigint
}

export type Leftover = LeftUnconfirmed | LeftConfirmed

export interface LeftUnconfirmed {
  /** `undone`: the kernel holds the previous table again; `claimed`: somebody set out to see to that. */
  readonly state: 'waiting' | 'claimed' | 'undone'
  /** The change; undefined when its record is damaged. */
  readonly revision: Revision | undefined
  readonly concerns: 'tip' | 'other'
  /** As it was read. */
  readonly previous: { readonly revision: Revision | undefined; readonly script: string }
}

/** The change was to stay, and nobody lived to save it as the last good one. */
export interface LeftConfirmed {
  readonly state: 'confirmed'
  readonly next: LastGood
  /** As it was armed. */
  readonly hold: Hold | undefined
}

/** The state folder. Throws HostError state-unwritable or file-unreadable; what is damaged there was told of. */
export interface StateStore {
  /** Undefined when there is none, or what is there can not be read; then a message was logged. */
  loadLastGood(): Promise<(LastGood & { readonly file: TableFile }) | undefined>
  /** Also as the newest of the history. Gives the file of the last good one. */
  saveLastGood(table: PrintableTable & { readonly revision: Revision }): Promise<TableFile>
  /** What was last good, newest first and each commit once; at most `mostHistory`. */
  loadHistory(): Promise<readonly LastGood[]>
  /** A damaged one counts as one without an end: nothing changes until somebody says so. */
  loadHold(): Promise<Hold | undefined>
  saveHold(hold: Hold | undefined): Promise<void>
  /** The revision that is not taken again by itself; undefined as above. */
  loadSetAside(): Promise<SetAside | undefined>
  saveSetAside(setAside: SetAside | undefined): Promise<void>
}

/** How many last good rulesets are kept. */
export const mostHistory = 20

/** Somebody wants what is enforced to stay, whatever the branch says. */
export interface Hold {
  /** One line for people. */
  readonly reason: string
  readonly at: Date
  /** When it ends by itself. */
  readonly until: Date | undefined
}

/** A valid revision that was tried and taken back, or refused for what only that moment knew. */
export interface SetAside {
  readonly commit: string
  readonly at: Date
  readonly cause: RevertReason | 'refused'
  /** One line for people. */
  readonly message: string
  /** When it is taken once more by itself, because nothing speaks against it; at most once. */
  readonly retryAt: Date | undefined
  /** How often that has happened. */
  readonly retries: number
}

/**
 * `probes`: one that had worked went on failing. `unconfirmed`: no person confirmed. `interrupted`: the agent ended while the change
 * waited, and started again. `abandoned`: the agent was away when the time was over. `unverified`: the kernel did not hold what was loaded.
 * `overdue`: it was not even loaded when the time for that was over.
 */
export const revertReasons = ['probes', 'unconfirmed', 'interrupted', 'abandoned', 'unverified', 'overdue'] as const
export type RevertReason = (typeof revertReasons)[number]

export interface LastGood {
  readonly revision: Revision
  /** Loads with `nft -f` from any state. */
  readonly script: string
}
