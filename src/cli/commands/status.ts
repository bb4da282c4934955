/** `rampart status`: what is enforced here, and whether it is what the repository says. */

import { join } from 'node:path'
import { systemClock } from '../../adapters/clock.ts'
import { askAgent } from '../../adapters/control-socket.ts'
import { readOptionalTextFile } from '../../adapters/files.ts'
import { peekHold } from '../../adapters/hold-file.ts'
import { createStyle, type Style } from '../../diagnostic/style.ts'
import { defaultStateDir } from '../../host/agent-configuration.ts'
import type {
  AgentStatus,
  Attempt,
  DriftAuthor,
  DriftFight,
  StagedStatus,
  TrustStatus,
} from '../../reconcile/agent-status.ts'
import { describeHold } from '../../reconcile/hold.ts'
import { HostError } from '../../reconcile/host-error.ts'
import { shortCommit } from '../../repository/revision.ts'
import { type CommandIo, type Format, printJson } from '../command-io.ts'
import { controlSocketPath } from '../control-socket-path.ts'
import { holdRows } from '../print-hold.ts'
import { printMoment } from '../print-moment.ts'

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
  // commands change it where no agent runs, and its last word does not know
  const hold = await peekHold(join(folder, 'hold.json'))
  if (hold !== undefined) io.err(`rampart: ${describeHold(hold)}\n`)
  const text = await readOptionalTextFile(join(folder, 'status.json'))
  if (text === undefined) return 1
  if (options.format === 'json') io.out(text)
  else io.out(`The agent's last word before it ended:\n${printStatus(readStatus(text), createStyle(io.color.out))}`)
  return 1
}

/** An agent of an earlier version knew less. */
function readStatus(text: string): AgentStatus {
  const { pending = null, setAside = null, hold = null, history = [], ...rest } = JSON.parse(text) as AgentStatus
  return { ...rest, pending, setAside, hold, history }
}

function isInSync({ applied, attempted, pending }: AgentStatus): boolean {
  return applied !== null && attempted?.outcome === 'converged' && pending === null
}

function printStatus(status: AgentStatus, style: Style): string {
  const { applied, attempted, drift, repository, ruleset, schedule } = status
  const rows: readonly (readonly [string, string])[] = [
    ['host', status.node],
    ['state', printState(status, style)],
    ['repository', `${repository.url} (${repository.branch}${repository.path === '.' ? '' : `, ${repository.path}`})`],
    ['trust', printTrust(status.trust, style)],
    ...status.trust.warnings.map((warning) => ['', style.yellow(warning)] as const),
    [
      'enforced',
      applied === null ? style.yellow('nothing yet') : `${style.bold(shortCommit(applied.commit))} ${applied.subject}`,
    ],
    ...(applied === null ? [] : ([['since', moment(applied.appliedAt)]] as const)),
    ...[...holdRows(status, style), ...pendingRows(status, style)],
    ['last run', attempted === null ? 'none yet' : printAttempt(attempted, style)],
    ...(attempted?.notes ?? []).map((note) => ['', note] as const),
    ['ruleset', ruleset === null ? 'none' : `${ruleset.rules} rules, ${ruleset.setElements} set elements`],
    [
      'drift',
      drift.lastAt === null
        ? 'none since the start'
        : `repaired ${drift.repairs === 1 ? 'once' : `${drift.repairs} times`}, last ${moment(drift.lastAt)}`,
    ],
    ...drift.lastChanges.map((change) => ['', change] as const),
    ...drift.lastBy.map((author) => ['', `by ${printAuthor(author)}`] as const),
    ...(drift.fight === null ? [] : [['', style.red(printFight(drift.fight))] as const]),
    ...(drift.watch === 'down'
      ? [['', style.yellow('nobody listens: changes are seen by the timer only')] as const]
      : []),
    ['next run', schedule.nextRunAt === null ? 'unknown' : moment(schedule.nextRunAt)],
    ...status.endpoints.map(
      ({ name, interfaces, state }, at) =>
        [
          at === 0 ? 'endpoints' : '',
          interfaces.length === 0
            ? style.red(`${name} governs no interface: ${state}`)
            : `${name} on ${interfaces.join(', ')}: ${state === 'up' ? state : style.yellow(state)}`,
        ] as const,
    ),
    ...(status.staged ?? []).map((policy, at) => [at === 0 ? 'staged' : '', printStaged(policy)] as const),
  ]
  const faults = (attempted?.diagnostics ?? []).map(
    ({ file, line, column, severity, code, message }) =>
      `  ${file === null ? '' : `${file}:${line}:${column}: `}${severity}[${code}]: ${message}`,
  )
  return `${[...rows.map(([label, text]) => `${style.dim(label.padEnd(11))} ${text}`), ...faults].join('\n')}\n`
}

/** A change that waits, and a revision that is not taken again. */
function pendingRows({ pending, setAside }: AgentStatus, style: Style): readonly (readonly [string, string])[] {
  const rows: (readonly [string, string])[] = []
  if (pending !== null) {
    const { commit, subject, deadline, waitsFor, failing } = pending
    const need = waitsFor === 'person' ? 'say `rampart confirm`' : 'its probes must hold'
    rows.push([
      'pending',
      `${style.yellow(shortCommit(commit))} ${subject}: ${need}, or it is taken back ${moment(deadline)}`,
    ])
    for (const probe of failing) rows.push(['', style.red(`fails: ${probe}`)])
  }
  if (setAside !== null) {
    const { commit, at, cause, message, retryAt } = setAside
    const next = retryAt === null ? '' : `; tried again ${moment(retryAt)}`
    rows.push(['set aside', `${style.yellow(shortCommit(commit))} ${moment(at)} (${cause}): ${message}${next}`])
  }
  return rows
}

function printTrust({ require, signer }: TrustStatus, style: Style): string {
  if (require === 'none') return style.yellow('any commit on the branch')
  const who = signer === null ? 'none verified yet' : `signed by ${signer}`
  return `${require === 'head' ? 'the tip must be signed' : 'every commit must be signed'}; ${who}`
}

/** What a person wants to know first. */
function printState({ applied, attempted, hold, lastSuccessAt }: AgentStatus, style: Style): string {
  if (applied === null) return style.red('nothing is enforced yet')
  if (attempted === null) return style.yellow('unknown: no run has ended since the agent started')
  if (attempted.outcome === 'converged')
    return hold === null ? style.green('in sync with the repository') : style.yellow('in sync with what is held')
  const since = lastSuccessAt === null ? '' : `, last in sync ${moment(lastSuccessAt)}`
  return `${style.red('not in sync')}: what is enforced stays${since}`
}

function moment(time: string): string {
  return printMoment(time, systemClock.now())
}

function printAuthor({ process, pid, command, uid, parent }: DriftAuthor): string {
  const details = [`pid ${pid}`, ...(uid === null ? [] : [`uid ${uid}`]), ...(parent === null ? [] : [`of ${parent}`])]
  return `${process} (${details.join(', ')})${command === null ? '' : `: ${command}`}`
}

function printFight({ process, since, repairs }: DriftFight): string {
  return `${process} keeps undoing it since ${moment(since)}: repaired ${repairs} times, more slowly each time`
}

function printStaged({ kind, namespace, name, denied, allowed }: StagedStatus): string {
  const owner = namespace === '' ? name : `${namespace}/${name}`
  if (denied === null || allowed === null) return `${kind}/${owner}: not known now`
  return `${kind}/${owner}: would have denied ${denied} packets, allowed ${allowed}`
}

function printAttempt(attempt: Attempt, style: Style): string {
  const paint = attempt.outcome === 'converged' ? style.green : style.red
  const commit = attempt.commit === null ? '' : ` ${shortCommit(attempt.commit)}`
  const failures = attempt.failures > 1 ? `, ${attempt.failures} times in a row` : ''
  return `${paint(attempt.outcome)}${commit} at ${moment(attempt.at)} on ${attempt.trigger}${failures}: ${attempt.message}`
}
