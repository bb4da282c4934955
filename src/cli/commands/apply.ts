/** `rampart apply`: one convergence; through the agent where one runs. */

import { join } from 'node:path'
import { systemClock } from '../../adapters/clock.ts'
import { systemConnections } from '../../adapters/conntrack.ts'
import { askAgent } from '../../adapters/control-socket.ts'
import { ensureFolder } from '../../adapters/files.ts'
import { systemHostInspector } from '../../adapters/interfaces.ts'
import { acquireLock } from '../../adapters/lock.ts'
import { openKernel } from '../../adapters/nft.ts'
import { systemRoutes } from '../../adapters/routes.ts'
import { createStateStore } from '../../adapters/state-store.ts'
import { countConnections, describeOutcome } from '../../agent/status-board.ts'
import { toPlainDiagnostic } from '../../diagnostic/print-json.ts'
import { emptyMemory } from '../../reconcile/memory.ts'
import { type RunReport, run } from '../../reconcile/run.ts'
import { shortCommit } from '../../repository/revision.ts'
import { type CommandIo, type Format, printJson, Refusal } from '../command-io.ts'
import { reportDiagnostics } from '../compile-target.ts'
import { controlSocketPath, isAgentRunning } from '../control-socket-path.ts'
import { openPolicyTarget, type PolicyOptions, type PolicyTarget } from '../policy-target.ts'
import { reportAttempt } from './sync.ts'

/** Exit 0: converged; 1: refused or failed, nothing changed. */
export async function apply(options: PolicyOptions & { readonly format: Format }, io: CommandIo): Promise<number> {
  const target = await openPolicyTarget(options, io.color.err)
  if (await isAgentRunning()) {
    if (options.from !== undefined || options.repo !== undefined) {
      throw new Refusal('an agent runs here and would undo what you apply: stop it first, or commit the change')
    }
    return reportAttempt(
      await askAgent({ path: controlSocketPath(), command: 'sync', timeoutMs: 600_000 }),
      options.format,
      io,
    )
  }
  return report(await applyOnce(target, io), options.format, io)
}

async function applyOnce(target: PolicyTarget, io: CommandIo): Promise<RunReport> {
  await ensureFolder(target.stateDir)
  const lock = await acquireLock(join(target.stateDir, 'lock'))
  const source = await target.openSource()
  try {
    const { facts } = target
    const ports = {
      source,
      kernel: openKernel(),
      inspector: facts === undefined ? systemHostInspector : { read: async () => facts },
      store: createStateStore(target.stateDir, {
        warn: (event, fields) => io.err(`rampart: ${event} ${JSON.stringify(fields)}\n`),
      }),
      connections: systemConnections,
      routes: systemRoutes,
      clock: systemClock,
      onActivation: (delayMs: number) =>
        io.err(`rampart: first activation: connections are only tracked for ${delayMs / 1000} s, then judged\n`),
      onStage: () => {},
    }
    const request = { triggers: ['sync'], memory: emptyMemory, signal: io.signal } as const
    return await run(ports, target.settings, request)
  } finally {
    await source.close()
    lock.release()
  }
}

function report({ outcome, connections }: RunReport, format: Format, io: CommandIo): number {
  const diagnostics =
    outcome.type === 'converged' ? outcome.warnings : outcome.type === 'invalid' ? outcome.diagnostics : []
  const message = describeOutcome(outcome)
  const ended = connections?.ended ?? 0
  if (format === 'json') {
    const commit = outcome.type === 'failed' ? null : outcome.revision.commit
    io.out(
      printJson({
        outcome: outcome.type,
        revision: commit,
        message,
        connectionsEnded: ended,
        diagnostics: diagnostics.map(toPlainDiagnostic),
      }),
    )
  } else {
    reportDiagnostics(diagnostics, io)
    const cut = ended === 0 ? '' : `, ${countConnections(ended)} ended that it denies`
    if (outcome.type === 'converged') io.out(`${shortCommit(outcome.revision.commit)}: ${message}${cut}\n`)
    else io.err(`rampart: ${message}\n`)
  }
  if (connections?.problem !== undefined)
    io.err(`rampart: connections that are denied now may go on: ${connections.problem}\n`)
  return outcome.type === 'converged' ? 0 : 1
}
