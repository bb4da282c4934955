/** What a run needs from the world. The adapters implement it; tests fake it. */

import type { Flow, RouteTo } from '../flow/flow.ts'
import type { HostFacts } from '../host/host-facts.ts'
import type { Address } from '../net/address.ts'
import type { Revision, RevisionFiles } from '../repository/revision.ts'
import type { Ruleset } from '../ruleset/ruleset.ts'

/** Where the policy comes from. Throws HostError with a git-* code, file-unreadable, state-unwritable or aborted. */
export interface PolicySource {
  /** The tip of the branch (or the directory as it is), complete: every file was read and checked. */
  fetch(signal: AbortSignal): Promise<RevisionFiles>
}

/** The kernel's packet filter, seen through our one table. Throws HostError with an nft-* code. */
export interface Kernel {
  /** What `table inet rampart` holds now; undefined when there is no such table. */
  read(signal: AbortSignal): Promise<Ruleset | undefined>
  /** Runs one nft script as one transaction: all of it or nothing. */
  load(script: string, signal: AbortSignal): Promise<void>
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

/** The state folder. Throws HostError state-unwritable. */
export interface StateStore {
  /** Undefined when there is none, or what is there can not be read; then a message was logged. */
  loadLastGood(): Promise<LastGood | undefined>
  saveLastGood(lastGood: LastGood): Promise<void>
}

export interface LastGood {
  readonly revision: Revision
  /** Loads with `nft -f` from any state. */
  readonly script: string
}
