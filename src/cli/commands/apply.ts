/** `rampart apply`: one convergence, as careful as the agent's; through the agent where one runs. */

import { join } from 'node:path'
import { ensureFolder } from '../../adapters/files.ts'
import { acquireLock } from '../../adapters/lock.ts'
import { openRunPorts, starterOf } from '../../agent/run-ports.ts'
import { countConnections, describeOutcome, notesOf } from '../../agent/status-board.ts'
import { toPlainDiagnostic } from '../../diagnostic/print-json.ts'
import { guardNames } from '../../guard/objection.ts'
import type { AgentStatus, PendingStatus } from '../../reconcile/agent-status.ts'
import { emptyMemory } from '../../reconcile/memory.ts'
import { type RunReport, run } from '../../reconcile/run.ts'
import { readAllowList } from '../../repository/allowances.ts'
import { shortCommit } from '../../repository/revision.ts'
import { type CommandIo, type Format, printJson, Refusal, UsageError } from '../command-io.ts'
import { reportDiagnostics } from '../compile-target.ts'
import { isAgentRunning } from '../control-socket-path.ts'
import { openPolicyTarget, type PolicyOptions, type PolicyTarget } from '../policy-target.ts'
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
  if (await isAgentRunning()) {
    if (options.from !== undefined || options.repo !== undefined) {
      throw new Refusal('an agent runs here and would undo what you apply: stop it first, or commit the change')
    }
    if (allowed.length > 0) {
      throw new Refusal('an agent runs here: write "Rampart-Allow: ..." into the commit, or stop the agent')
    }
    const status = await askForRun(options)
    reportAttempt(status, options.format, io)
    return exitCodeOf(status.attempted?.outcome)
  }
  const result = await applyOnce(target, { allowed, triggers: [options.retry === true ? 'insist' : 'sync'] }, io)
  report(result, options.format, io)
  return exitCodeOf(result.outcome.type)
}

function readAllowed(text: string | undefined): readonly string[] {
  const words = text === undefined ? [] : readAllowList(text)
  const unknown = words.find((word) => !guardNames.some((name) => name === word))
  if (unknown === undefined && (text === undefined || words.length > 0)) return words
  throw new UsageError(`--allow is "${text}": name some of ${guardNames.join(', ')}`)
}

function exitCodeOf(outcome: NonNullable<AgentStatus['attempted']>['outcome'] | undefined): number {
  if (outcome === 'converged') return 0
  return outcome === 'reverted' ? 3 : 1
}

async function applyOnce(
  target: PolicyTarget,
  { allowed, triggers }: { readonly allowed: readonly string[]; readonly triggers: readonly ('sync' | 'insist')[] },
  io: CommandIo,
): Promise<RunReport> {
  const { stateDir, repository, facts } = target
  await ensureFolder(stateDir)
  const lock = await acquireLock(join(stateDir, 'lock'))
  const { source, trust, close } = await target.openSource()
  try {
    const journal = {
      warn: (event: string, fields?: object) => io.err(`rampart: ${event} ${JSON.stringify(fields)}\n`),
    }
    const ports = openRunPorts({ stateDir, source, trust, repository, starter: starterOf(process.env), journal })
    const inspector = facts === undefined ? ports.inspector : { read: async () => facts }
    const onPending = (pending: PendingStatus | undefined): void => sayPending(pending, io)
    const onActivation = (delayMs: number): void =>
      io.err(`rampart: first activation: connections are only tracked for ${delayMs / 1000} s, then judged\n`)
    const request = { triggers, memory: emptyMemory, signal: io.signal }
    return await run({ ...ports, inspector, onPending, onActivation }, { ...target.settings, allowed }, request)
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

function report({ outcome, connections }: RunReport, format: Format, io: CommandIo): void {
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
