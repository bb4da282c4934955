/**
 * One run, a straight line. What fails or is refused leaves the last good policy enforced, and its drift healed.
 *
 *   settle   a change that an earlier run left unconfirmed goes back
 *   recall   after a start: what was enforced before
 *   fetch    the tip of the branch; invalid, or set aside: refused
 *   compile  for this host as it is now
 *   change   guards, probes, arm, apply, verify, confirm or revert (change-policy.ts)
 *   keep     without a change: the kernel is compared and repaired (converge.ts)
 *   save     as last good
 */

import { compareTables, type Difference } from '../pipeline.ts'
import { readTable } from '../ruleset/read-table.ts'
import { changePolicy } from './change-policy.ts'
import { accept, converge } from './converge.ts'
import type { ConnectionReport } from './end-connections.ts'
import type { Enforced, Memory } from './memory.ts'
import type { Outcome } from './outcome.ts'
import type { RevertReason } from './ports.ts'
import { RunContext, type RunPorts, type RunRequest, type RunSettings, StageFailure } from './run-context.ts'
import { setAside } from './set-aside.ts'
import { settle } from './settle.ts'
import { type Candidate, compileFor, type Desired, readTip } from './take-policy.ts'

export interface RunReport {
  readonly outcome: Outcome
  readonly memory: Memory
  /** What somebody else had changed, as the repair of it. */
  readonly drift: readonly Difference[]
  /** Undefined when no connection was looked at. */
  readonly connections: ConnectionReport | undefined
  /** Why a change was taken back: this run's, or one that an earlier run left unconfirmed. */
  readonly revert: RevertReason | undefined
}

/** @param request any trigger may ask for a comparison with the kernel; a scheduled run without news looks only at git */
export async function run(ports: RunPorts, settings: RunSettings, request: RunRequest): Promise<RunReport> {
  const context = new RunContext(ports, settings, request)
  const outcome = await carryOut(context).catch((error: unknown) => failed(context, error))
  const { memory, drift, connections, revert } = context
  return { outcome, memory, drift, connections, revert }
}

async function carryOut(context: RunContext): Promise<Outcome> {
  const { enforced } = context.memory
  if (enforced !== undefined && context.triggers.every((trigger) => trigger === 'drift'))
    return await repair(context, enforced)
  await settle(context)
  await recall(context)
  const tip = await readTipOrFail(context)
  const candidate = tip.type === 'policy' ? await compileFor(context, tip.policy) : tip
  const outcome = candidate.type === 'desired' ? await enforce(context, candidate) : candidate.outcome
  const isSettled = outcome.type === 'converged' || outcome.type === 'reverted'
  if (!isSettled) await keep(context)
  return outcome
}

/** Only the kernel is looked at: what somebody undid comes back at once, also while git hangs. */
async function repair(context: RunContext, { revision, ruleset }: Enforced): Promise<Outcome> {
  const changes = await converge(context, ruleset)
  return { type: 'converged', revision, changes, warnings: context.memory.policy?.warnings ?? [], notes: [] }
}

function failed(context: RunContext, error: unknown): Outcome {
  if (!(error instanceof StageFailure)) throw error
  const { stage, cause } = error
  return { type: 'failed', stage, error: cause, kept: context.memory.enforced?.revision }
}

/** After a start: what was enforced before, so that it is healed even while git can not be reached. */
async function recall(context: RunContext): Promise<void> {
  if (context.memory.enforced !== undefined) return
  const saved = await context.stage('recall', () => context.ports.store.loadLastGood())
  const ruleset = saved === undefined ? undefined : readTable(saved.script)
  if (saved === undefined || ruleset === undefined) return
  const enforced = { revision: saved.revision, ruleset }
  context.remember({ enforced, saved: enforced })
}

/** That git cannot be reached says nothing about the policy: what is enforced is kept. */
async function readTipOrFail(context: RunContext): Promise<Candidate> {
  try {
    return await readTip(context)
  } catch (error) {
    if (!(error instanceof StageFailure) || error.cause.code === 'aborted') throw error
    return { type: 'outcome', outcome: failed(context, error) }
  }
}

async function enforce(context: RunContext, desired: Desired): Promise<Outcome> {
  if (isNews(context, desired)) return await changePolicy(context, desired)
  const before = context.memory.enforced?.revision.commit
  const changes = await follow(context, desired)
  await setAside(context, undefined)
  if (before !== desired.policy.revision.commit) context.ports.onApplied(desired.policy.revision)
  return { type: 'converged', revision: desired.policy.revision, changes, warnings: desired.warnings, notes: [] }
}

/** Another commit, a folder, or what this version of the program makes of the same commit; and the table differs. */
function isNews({ memory }: RunContext, { policy, compilation }: Desired): boolean {
  const { enforced } = memory
  if (enforced === undefined) return true
  const isKnown = policy.revision.committedAt !== undefined && enforced.revision.commit === policy.revision.commit
  if (isKnown && memory.compilation !== undefined) return false
  return !compareTables(compilation.ruleset, enforced.ruleset).isEqual
}

/** The same policy on a host that may have changed, or a commit that changes nothing here. Gives the number of changes. */
async function follow(context: RunContext, desired: Desired): Promise<number> {
  const { enforced } = context.memory
  const { ruleset } = desired.compilation
  const isSame = enforced !== undefined && compareTables(ruleset, enforced.ruleset).isEqual
  // the same object: comparing it with itself costs nothing
  const table = isSame ? enforced.ruleset : ruleset
  const changes = !isSame || context.doubtsKernel ? await converge(context, table) : 0
  await accept(context, desired, table)
  return changes
}

/** What was enforced before goes on being enforced, on a host that may have changed. */
async function keep(context: RunContext): Promise<void> {
  const { policy, enforced } = context.memory
  const kept = policy === undefined ? undefined : await compileFor(context, policy)
  if (kept?.type === 'desired') await follow(context, kept)
  else if (enforced !== undefined && context.doubtsKernel) await converge(context, enforced.ruleset)
}
