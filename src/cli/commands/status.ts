/** `rampart status`: what is enforced here, and whether it is what the repository says. */

import { join } from 'node:path'
import { askAgent } from '../../adapters/control-socket.ts'
import { readOptionalTextFile } from '../../adapters/files.ts'
import { countConnections } from '../../agent/status-board.ts'
import { createStyle, type Style } from '../../diagnostic/style.ts'
import { defaultStateDir } from '../../host/agent-configuration.ts'
import type { AgentStatus, Attempt, EndedConnectionsStatus } from '../../reconcile/agent-status.ts'
import { HostError } from '../../reconcile/host-error.ts'
import { shortCommit } from '../../repository/revision.ts'
import { type CommandIo, type Format, printJson } from '../command-io.ts'
import { controlSocketPath } from '../control-socket-path.ts'

/** Exit 0: in sync; 2: not; 1: no agent, then what it last wrote is shown. */
export async function status(
  options: { readonly format: Format; readonly stateDir?: string },
  io: CommandIo,
): Promise<number> {
  try {
    const current = await askAgent({ path: controlSocketPath(), command: 'status', timeoutMs: 10_000 })
    io.out(options.format === 'json' ? printJson({ ...current }) : printStatus(current, createStyle(io.color.out)))
    return isInSync(current) ? 0 : 2
  } catch (error) {
    if (!(error instanceof HostError) || error.code !== 'agent-unreachable') throw error
    return showLastWritten(options, { io, reason: error.message })
  }
}

/** The file is the agent's own; one that cannot be read is only mentioned. */
async function showLastWritten(
  options: { readonly format: Format; readonly stateDir?: string },
  { io, reason }: { readonly io: CommandIo; readonly reason: string },
): Promise<number> {
  io.err(`rampart: ${reason}\n`)
  const folder = options.stateDir ?? process.env.RAMPART_STATE_DIR ?? defaultStateDir
  const text = await readOptionalTextFile(join(folder, 'status.json'))
  if (text === undefined) return 1
  if (options.format === 'json') io.out(text)
  else
    io.out(
      `The agent's last word before it ended:\n${printStatus(JSON.parse(text) as AgentStatus, createStyle(io.color.out))}`,
    )
  return 1
}

function isInSync({ applied, attempted }: AgentStatus): boolean {
  return applied !== null && attempted?.outcome === 'converged'
}

function printStatus(status: AgentStatus, style: Style): string {
  const { applied, attempted, drift, repository, ruleset, schedule } = status
  const rows: readonly (readonly [string, string])[] = [
    ['host', status.node],
    ['repository', `${repository.url} (${repository.branch}${repository.path === '.' ? '' : `, ${repository.path}`})`],
    [
      'enforced',
      applied === null ? style.yellow('nothing yet') : `${style.bold(shortCommit(applied.commit))} ${applied.subject}`,
    ],
    ...(applied === null ? [] : ([['since', applied.appliedAt]] as const)),
    ['last run', attempted === null ? 'none yet' : printAttempt(attempted, style)],
    ['ruleset', ruleset === null ? 'none' : `${ruleset.rules} rules, ${ruleset.setElements} set elements`],
    ['drift', drift.lastAt === null ? 'none since the start' : `repaired ${drift.repairs} times, last ${drift.lastAt}`],
    ...drift.lastChanges.map((change) => ['', change] as const),
    ...printEnded(status.connectionsEnded),
    ['next run', schedule.nextRunAt ?? 'unknown'],
    ...status.endpoints.map(
      ({ name, interfaces, state }, at) =>
        [at === 0 ? 'endpoints' : '', `${name} on ${interfaces.join(', ') || 'nothing'}: ${state}`] as const,
    ),
    ...status.unguarded.map(({ interface: name, endpoint, since }) => {
      const why = `since ${since}, when the address of ${endpoint} went away`
      return ['unguarded', style.red(`${name} passes everything ${why}`)] as const
    }),
  ]
  const faults = (attempted?.diagnostics ?? []).map(
    ({ file, line, column, severity, code, message }) =>
      `  ${file ?? ''}:${line ?? ''}:${column ?? ''}: ${severity}[${code}]: ${message}`,
  )
  return `${[...rows.map(([label, text]) => `${style.dim(label.padEnd(11))} ${text}`), ...faults].join('\n')}\n`
}

/** Nothing where nothing ended. */
function printEnded(ended: EndedConnectionsStatus): readonly (readonly [string, string])[] {
  const { total, lastAt, lastFlows, problem } = ended
  const rows: (readonly [string, string])[] = []
  if (problem !== null) rows.push(['connections', `those that are denied now may go on: ${problem}`])
  if (lastAt !== null) rows.push(['ended', `${countConnections(total)} that policy denies, last ${lastAt}`])
  return [...rows, ...lastFlows.map((flow) => ['', flow] as const)]
}

function printAttempt(attempt: Attempt, style: Style): string {
  const paint = attempt.outcome === 'converged' ? style.green : style.red
  const commit = attempt.commit === null ? '' : ` ${shortCommit(attempt.commit)}`
  const failures = attempt.failures > 1 ? `, ${attempt.failures} times in a row` : ''
  return `${paint(attempt.outcome)}${commit} at ${attempt.at} (${attempt.trigger})${failures}: ${attempt.message}`
}
