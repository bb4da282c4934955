/**
 * One run, a straight line. What fails or is refused leaves the last good policy enforced, and its drift healed.
 *
 *   settle   a change that an earlier run left unconfirmed goes back; one that was confirmed and not saved is saved
 *   recall   after a start: what was enforced before
 *   fetch    the tip of the branch; invalid, or set aside: refused. While there is a hold, only to know of it (keep-held.ts)
 *   order    instead of the tip: a rollback (roll-back.ts), a folder that somebody sent (apply-folder.ts)
 *   compile  for this host as it is now
 *   test     the revision's own tests of this host; one that fails refuses it (refuse-failing.ts)
 *   change   guards, probes, arm, apply, verify, confirm or revert (change-policy.ts)
 *   keep     without a change: the kernel is compared and repaired (converge.ts); refused or held: what is enforced (keep-enforced.ts)
 *   save     as last good
 */

import type { Difference } from '../pipeline.ts'
import { readTable } from '../ruleset/read-table.ts'
import { applyFolder } from './apply-folder.ts'
import type { ConnectionReport } from './end-connections.ts'
import { enforce } from './enforce.ts'
import { findHold } from './hold.ts'
import { keepEnforced } from './keep-enforced.ts'
import { keepHeld } from './keep-held.ts'
import type { Memory, Saved } from './memory.ts'
import type { Outcome } from './outcome.ts'
import type { LastGood } from './ports.ts'
import { refuseFailing } from './refuse-failing.ts'
import { repair, repairUnconfirmed } from './repair.ts'
import { rollBack } from './roll-back.ts'
import {
  type Reverted,
  RunContext,
  type RunPorts,
  type RunRequest,
  type RunSettings,
  StageFailure,
} from './run-context.ts'
import { settle } from './settle.ts'
import { compileFor, fetchTip, takeTip } from './take-policy.ts'

export interface RunReport {
  readonly outcome: Outcome
  readonly memory: Memory
  /** What somebody else had changed, as the repair of it. */
  readonly drift: readonly Difference[]
  /** Rules whose time was over and that are enforced no more, as the policy calls them. */
  readonly expired: readonly string[]
  /** What the state folder said of it. */
  readonly hold: RunContext['hold']
  /** Undefined when no connection was looked at. */
  readonly connections: ConnectionReport | undefined
  /** Why a change was taken back: this run's, or one that an earlier run left unconfirmed. */
  readonly revert: Reverted | undefined
}

/** @param request any trigger may ask for a comparison with the kernel; a scheduled run without news looks only at git */
export async function run(ports: RunPorts, settings: RunSettings, request: RunRequest): Promise<RunReport> {
  const context = new RunContext(ports, settings, request)
  const outcome = await carryOut(context)
    .catch((error: unknown) => failed(context, error))
    .finally(() => context.end())
  const { memory, drift, expired, hold, connections, revert } = context
  return { outcome, memory, drift, expired, hold, connections, revert }
}

async function carryOut(context: RunContext): Promise<Outcome> {
  const { unconfirmed, memory } = context
  if (unconfirmed !== undefined) return await repairUnconfirmed(context, unconfirmed)
  const { enforced } = memory
  if (enforced !== undefined && context.triggers.every((trigger) => trigger === 'drift'))
    return await repair(context, enforced)
  await settle(context)
  await recall(context)
  const outcome = await obey(context)
  const isSettled = outcome.type === 'converged' || outcome.type === 'reverted'
  const kept = isSettled ? undefined : context.memory.enforced
  if (kept !== undefined) await keepEnforced(context, kept, 'clone')
  return outcome
}

async function obey(context: RunContext): Promise<Outcome> {
  const { order } = context
  switch (order?.type) {
    case undefined:
      return await followBranch(context)
    case 'rollback':
      return await rollBack(context, order.target)
    case 'apply':
      return await applyFolder(context, order.files)
  }
}

async function followBranch(context: RunContext): Promise<Outcome> {
  const fetched = await orOutcome(context, () => fetchTip(context))
  // asked for after the fetch: somebody may have begun to hold meanwhile
  const hold = await findHold(context)
  const { enforced } = context.memory
  // a host without a table is worse than one with another than was meant
  if (hold !== undefined && enforced !== undefined) return await keepHeld(context, enforced, { hold, fetched })
  const tip = fetched.type === 'outcome' ? fetched : await orOutcome(context, () => takeTip(context, fetched.tip))
  const candidate = tip.type === 'policy' ? await compileFor(context, tip.policy) : tip
  if (candidate.type === 'outcome') return candidate.outcome
  return (await refuseFailing(context, candidate)) ?? (await enforce(context, candidate))
}

function failed(context: RunContext, error: unknown): Outcome {
  if (!(error instanceof StageFailure)) throw error
  const { stage, cause } = error
  return { type: 'failed', stage, error: cause, kept: context.memory.enforced?.revision }
}

/** After a start: what was enforced before, so that it is healed even while git can not be reached. */
async function recall(context: RunContext): Promise<void> {
  if (context.memory.enforced !== undefined) return
  const saved = await context.stage('recall', () => loadEnforced(context))
  const ruleset = saved === undefined ? undefined : readTable(saved.script)
  if (saved === undefined || ruleset === undefined) return
  const enforced = { revision: saved.revision, ruleset }
  context.remember({ enforced, saved: { ...enforced, file: saved.file } })
}

/** What is held is also the newest of the history. */
async function loadEnforced({ ports: { store } }: RunContext): Promise<(LastGood & Pick<Saved, 'file'>) | undefined> {
  const lastGood = await store.loadLastGood()
  if (lastGood !== undefined || (await store.loadHold()) === undefined) return lastGood
  const [newest] = await store.loadHistory()
  return newest === undefined ? undefined : { ...newest, file: undefined }
}

/** That git cannot be reached says nothing about the policy: what is enforced is kept. */
async function orOutcome<T>(
  context: RunContext,
  work: () => Promise<T>,
): Promise<T | { readonly type: 'outcome'; readonly outcome: Outcome }> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof StageFailure) || error.cause.code === 'aborted') throw error
    return { type: 'outcome', outcome: failed(context, error) }
  }
}
