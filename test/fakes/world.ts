/** What the ports of a fake run look at and change. */

import type { Flow, Route } from '../../src/flow/flow.ts'
import type { HostFacts } from '../../src/host/host-facts.ts'
import type { Login } from '../../src/host/login.ts'
import type { PendingStatus } from '../../src/reconcile/agent-status.ts'
import type { HostError } from '../../src/reconcile/host-error.ts'
import type { Hold, LastGood, Leftover, PendingChange, SetAside } from '../../src/reconcile/ports.ts'
import type { RunPorts, UnconfirmedTable } from '../../src/reconcile/run-context.ts'
import type { Verification } from '../../src/reconcile/trust.ts'
import type { Ruleset } from '../../src/ruleset/ruleset.ts'

export interface World {
  readonly ports: RunPorts
  /** The tip: path -> text. */
  files: Readonly<Record<string, string>>
  commit: string
  /** Commits of before that git still has, by id. */
  clone: Readonly<Record<string, World['files']>>
  /** How far was looked for each of them. */
  readonly recalls: string[]
  /** What is said of every tip. */
  verification: Verification
  /** Base of each question about a tip. */
  readonly bases: (string | undefined)[]
  allows: readonly string[]
  /** What the next fetch, load, save, arm or keeping of what was armed throws, once. */
  fetchFault: HostError | undefined
  loadFault: HostError | undefined
  saveFault: HostError | undefined
  armFault: HostError | undefined
  keepFault: HostError | undefined
  live: Ruleset | undefined
  /** Of its nft. */
  fillsChains: boolean
  lastGood: LastGood | undefined
  setAside: SetAside | undefined
  /** Newest first. */
  history: readonly LastGood[]
  hold: Hold | undefined
  facts: HostFacts
  logins: readonly Login[]
  /** Why a probe fails, asked each time; undefined when it works. */
  probe: (name: string) => string | undefined
  /** What waits, and what has become of it. */
  armed: PendingChange | undefined
  /** What it brings, once that is kept. */
  next: LastGood | undefined
  /** Of each table that was saved: whether it lay in a file already. */
  readonly linked: boolean[]
  standing: 'waiting' | 'claimed' | 'confirmed'
  leftover: Leftover | undefined
  /** Of every change that began to wait, in milliseconds. */
  readonly timeouts: number[]
  /** Milliseconds that sleeping has taken. */
  nowMs: number
  /** Called whenever somebody sleeps; the time has passed. */
  onSleep: () => void
  /** Called whenever a script is about to be loaded. */
  onLoad: () => void
  /** Of each beginning of a change that was asked for: what ends it. */
  readonly prepared: AbortSignal[]
  /** Scripts that were loaded, oldest first. */
  readonly scripts: string[]
  readonly applied: string[]
  readonly pending: (PendingStatus | undefined)[]
  /** Every change that has waited. */
  readonly unconfirmed: UnconfirmedTable[]
  readonly probed: string[]
  /** Milliseconds of every wait. */
  readonly waits: number[]
  /** In connection tracking; and those that were ended. */
  flows: readonly Flow[]
  readonly ended: Flow[]
  /** By address. */
  routes: Readonly<Record<string, Route>>
  reads: number
}
