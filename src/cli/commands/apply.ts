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
import { applyBesideAgent } from '../apply-beside-agent.ts'
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
  if (await isAgentRunning()) {
    const status = await applyThroughAgent(options, allowed, io)
    reportAttempt(status, options.format, io)
    return exitCodeOf(status.attempted?.outcome)
  }
  const target = await openPolicyTarget(options, io.color.err)
  const isForeign = options.from !== undefined || options.repo !== undefined
  const triggers = [options.retry === true ? 'insist' : 'sync'] as const
  const result = await applyOnce(target, { allowed, triggers, ignoresHold: isForeign }, io)
  report(result, options.format, io)
  return exitCodeOf(result.outcome.type)
}

async function applyThroughAgent(
  options: ApplyOptions,
  allowed: readonly string[],
  io: CommandIo,
): Promise<AgentStatus> {
  const { from, repo } = options
  if (from !== undefined && repo === undefined) return await applyBesideAgent(from, { ...options, allowed }, io)
  // what is wrong with the words is told before anything else
  await openPolicyTarget(options, io.color.err)
  if (repo !== undefined)
    throw new Refusal('an agent runs here and has its own repository: clone this one, and apply it --from there')
  if (allowed.length > 0)
    throw new Refusal('an agent runs here: write "Rampart-Allow: ..." into the commit, or stop the agent')
  return await askForRun(options)
}

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

interface OneRun extends Pick<RunRequest, 'triggers' | 'order'> {
  readonly allowed: readonly string[]
  /** Somebody names another policy than the one that is held. */
  readonly ignoresHold?: boolean
}

export async function applyOnce(
  target: PolicyTarget,
  { allowed, triggers, order, ignoresHold }: OneRun,
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
    const request = { triggers, memory: emptyMemory, signal: io.signal, order }
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
