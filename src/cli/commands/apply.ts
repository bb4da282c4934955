/** `rampart apply`: one convergence, as careful as the agent's; through the agent where one runs. */

import { join } from 'node:path'
import { ensureFolder } from '../../adapters/files.ts'
import { acquireLock } from '../../adapters/lock.ts'
import { openRunPorts, starterOf } from '../../agent/run-ports.ts'
import { countConnections, describeOutcome, notesOf } from '../../agent/tell-outcome.ts'
import { toPlainDiagnostic } from '../../diagnostic/print-json.ts'
import { guardNames } from '../../guard/objection.ts'
import type { AgentStatus, PendingStatus } from '../../reconcile/agent-status.ts'
import { emptyMemory } from '../../reconcile/memory.ts'
import { type RunReport, run } from '../../reconcile/run.ts'
import type { RunRequest } from '../../reconcile/run-context.ts'
import { readAllowList } from '../../repository/allowances.ts'
import { shortCommit } from '../../repository/revision.ts'
import { type CommandIo, type Format, printJson, Refusal, UsageError } from '../command-io.ts'
import { reportDiagnostics } from '../compile-target.ts'
import { isAgentRunning } from '../control-socket-path.ts'
import { openPolicyTarget, type PolicyOptions, type PolicyTarget } from '../policy-target.ts'
import { warnOn } from '../state-folder.ts'
import { askForRun, reportAttempt } from './sync.ts'

export interface ApplyOptions extends PolicyOptions {
  readonly format: Format
  readonly allow?: string
  readonly retry?: boolean
}

/** Exit 0: converged; 1: refused or failed, nothing changed; 3: applied and reverted. */
export async function apply(options: ApplyOptions, io: CommandIo): Promise<number> {
  const allowed = readAllowed(options.allow)
  const target = await openPolicyTarget(options, io.color.err)
  const isForeign = options.from !== undefined || options.repo !== undefined
  if (await isAgentRunning()) {
    if (isForeign) throw new Refusal(whyNotBesideAgent)
    if (allowed.length > 0) {
      throw new Refusal('an agent runs here: write "Rampart-Allow: ..." into the commit, or stop the agent')
    }
    const status = await askForRun(options)
    reportAttempt(status, options.format, io)
    return exitCodeOf(status.attempted?.outcome)
  }
  const triggers = [options.retry === true ? 'insist' : 'sync'] as const
  const result = await applyOnce(target, { allowed, triggers, ignoresHold: isForeign }, io)
  report(result, options.format, io)
  return exitCodeOf(result.outcome.type)
}

/** It holds the lock as long as it runs, and what it did not enforce itself is drift to it. */
const whyNotBesideAgent =
  'an agent runs here and would undo what you apply: commit the change; or "rampart hold --reason ...", then stop the agent, apply, and start it again: it keeps what it finds'

export function readAllowed(text: string | undefined): readonly string[] {
  const words = text === undefined ? [] : readAllowList(text)
  const unknown = words.find((word) => !guardNames.some((name) => name === word))
  if (unknown === undefined && (text === undefined || words.length > 0)) return words
  throw new UsageError(`--allow is "${text}": name some of ${guardNames.join(', ')}`)
}

export function exitCodeOf(outcome: NonNullable<AgentStatus['attempted']>['outcome'] | undefined): number {
  if (outcome === 'converged') return 0
  return outcome === 'reverted' ? 3 : 1
}

interface OneRun extends Pick<RunRequest, 'triggers' | 'rollback'> {
  readonly allowed: readonly string[]
  /** Somebody names another policy than the one that is held. */
  readonly ignoresHold?: boolean
}

export async function applyOnce(
  target: PolicyTarget,
  { allowed, triggers, rollback, ignoresHold }: OneRun,
  io: CommandIo,
): Promise<RunReport> {
  const { stateDir, repository, facts } = target
  await ensureFolder(stateDir)
  const lock = await acquireLock(join(stateDir, 'lock'))
  const { source, trust, close } = await target.openSource()
  try {
    const journal = warnOn(io)
    const ports = openRunPorts({ stateDir, source, trust, repository, starter: starterOf(process.env), journal })
    const inspector = facts === undefined ? ports.inspector : { read: async () => facts }
    const onPending = (pending: PendingStatus | undefined): void => sayPending(pending, io)
    const onActivation = (delayMs: number): void =>
      io.err(`rampart: first activation: connections are only tracked for ${delayMs / 1000} s, then judged\n`)
    const { store } = ports
    const known = ignoresHold === true ? { ...store, loadHold: async () => undefined } : store
    const request = { triggers, memory: emptyMemory, signal: io.signal, rollback }
    const world = { ...ports, store: known, inspector, onPending, onActivation }
    return await run(world, { ...target.settings, allowed }, request)
  } finally {
    await close()
    lock.release()
  }
}

function sayPending(pending: PendingStatus | undefined, io: CommandIo): void {
  if (pending === undefined) return
  const { deadline, waitsFor, failing } = pending
  if (failing.length > 0) io.err(`rampart: fails since the change: ${failing.join(', ')}\n`)
  else if (waitsFor === 'person')
    io.err(`rampart: applied; say "rampart confirm" before ${deadline}, or it is taken back\n`)
  else io.err(`rampart: applied; probes are tried, it is taken back at ${deadline} unless they hold\n`)
}

export function report({ outcome, connections }: RunReport, format: Format, io: CommandIo): void {
  const diagnostics =
    outcome.type === 'converged' ? outcome.warnings : outcome.type === 'invalid' ? outcome.diagnostics : []
  const message = describeOutcome(outcome)
  const notes = notesOf(outcome)
  const connectionsEnded = connections?.ended ?? 0
  if (connections?.problem !== undefined)
    io.err(`rampart: connections that are denied now may go on: ${connections.problem}\n`)
  if (format === 'json') {
    const commit = outcome.type === 'failed' ? null : outcome.revision.commit
    const plain = diagnostics.map(toPlainDiagnostic)
    io.out(printJson({ outcome: outcome.type, revision: commit, message, notes, connectionsEnded, diagnostics: plain }))
    return
  }
  reportDiagnostics(diagnostics, io)
  if (outcome.type === 'converged') {
    const cut = connectionsEnded === 0 ? '' : `, ${countConnections(connectionsEnded)} ended that it denies`
    io.out(`${shortCommit(outcome.revision.commit)}: ${message}${cut}\n`)
    for (const note of notes) io.err(`note: ${note}\n`)
  } else io.err(`rampart: ${message}\n`)
}
