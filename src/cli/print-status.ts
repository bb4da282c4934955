/** What the agent tells about itself, for people. */

import { systemClock } from '../adapters/clock.ts'
import { countConnections } from '../agent/tell-outcome.ts'
import type { Style } from '../diagnostic/style.ts'
import type {
  AgentStatus,
  Attempt,
  DriftAuthor,
  DriftFight,
  DriftStatus,
  EndedConnectionsStatus,
  StagedStatus,
  TrustStatus,
} from '../reconcile/agent-status.ts'
import { shortCommit } from '../repository/revision.ts'
import { holdRows } from './print-hold.ts'
import { printMoment } from './print-moment.ts'

/** For people: the state first, then what it rests on, a label and a text a line. */
export function printStatus(status: AgentStatus, style: Style): string {
  const { attempted, ruleset, schedule } = status
  const rows: readonly Row[] = [
    ['host', status.node],
    ['state', printState(status, style)],
    ...sourceRows(status, style),
    ...enforcedRows(status, style),
    ...holdRows(status, style),
    ...pendingRows(status, style),
    ['last run', attempted === null ? 'none yet' : printAttempt(attempted, style)],
    ...(attempted?.notes ?? []).map((note): Row => ['', note]),
    ['ruleset', ruleset === null ? 'none' : `${ruleset.rules} rules, ${ruleset.setElements} set elements`],
    ...expiringRows(status),
    ...driftRows(status.drift, style),
    ...endedRows(status.connectionsEnded),
    ['next run', schedule.nextRunAt === null ? 'unknown' : moment(schedule.nextRunAt)],
    ...endpointRows(status, style),
    ...status.staged.map((policy, at): Row => [at === 0 ? 'staged' : '', printStaged(policy)]),
  ]
  const faults = (attempted?.diagnostics ?? []).map(
    ({ file, line, column, severity, code, message }) =>
      `  ${file === null ? '' : `${file}:${line}:${column}: `}${severity}[${code}]: ${message}`,
  )
  return `${[...rows.map(([label, text]) => `${style.dim(label.padEnd(11))} ${text}`), ...faults].join('\n')}\n`
}

/** A label, empty where the row goes on with the one above, and a text. */
type Row = readonly [string, string]

function sourceRows({ repository: { url, branch, path }, trust }: AgentStatus, style: Style): readonly Row[] {
  return [
    ['repository', `${url} (${branch}${path === '.' ? '' : `, ${path}`})`],
    ['trust', printTrust(trust, style)],
    ...trust.warnings.map((warning): Row => ['', style.yellow(warning)]),
  ]
}

function enforcedRows({ applied }: AgentStatus, style: Style): readonly Row[] {
  if (applied === null) return [['enforced', style.yellow('nothing yet')]]
  const { commit, subject, appliedAt } = applied
  return [
    ['enforced', `${style.bold(shortCommit(commit))} ${subject}`],
    ['since', moment(appliedAt)],
  ]
}

function driftRows({ repairs, lastAt, lastChanges, lastBy, fight, watch }: DriftStatus, style: Style): readonly Row[] {
  const times = repairs === 1 ? 'once' : `${repairs} times`
  return [
    ['drift', lastAt === null ? 'none since the start' : `repaired ${times}, last ${moment(lastAt)}`],
    ...lastChanges.map((change): Row => ['', change]),
    ...lastBy.map((author): Row => ['', `by ${printAuthor(author)}`]),
    ...(fight === null ? [] : [['', style.red(printFight(fight))] as const]),
    ...(watch === 'down' ? [['', style.yellow('nobody listens: changes are seen by the timer only')] as const] : []),
  ]
}

function expiringRows({ expiring }: AgentStatus): readonly Row[] {
  if (expiring === null) return []
  return [['expires', moment(expiring.at)], ...expiring.rules.map((rule): Row => ['', rule])]
}

function endpointRows({ endpoints, unguarded }: AgentStatus, style: Style): readonly Row[] {
  return [
    ...endpoints.map(({ name, interfaces, state }, at): Row => {
      const label = at === 0 ? 'endpoints' : ''
      if (interfaces.length === 0) return [label, style.red(`${name} governs no interface: ${state}`)]
      return [label, `${name} on ${interfaces.join(', ')}: ${state === 'up' ? state : style.yellow(state)}`]
    }),
    ...unguarded.map(({ interface: name, endpoint, since }): Row => {
      const why = `since ${moment(since)}, when the address of ${endpoint} went away`
      return ['unguarded', style.red(`${name} passes everything ${why}`)]
    }),
  ]
}

/** A change that waits, and a revision that is not taken again. */
function pendingRows({ pending, setAside }: AgentStatus, style: Style): readonly Row[] {
  const rows: Row[] = []
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
function printState({ applied, attempted, pending, hold, lastSuccessAt }: AgentStatus, style: Style): string {
  if (pending !== null) return style.yellow('a change waits for its confirmation')
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

/** Nothing where nothing ended. */
function endedRows(ended: EndedConnectionsStatus): readonly Row[] {
  const { total, lastAt, lastFlows, problem } = ended
  const rows: Row[] = []
  if (problem !== null) rows.push(['connections', `those that are denied now may go on: ${problem}`])
  if (lastAt !== null) rows.push(['ended', `${countConnections(total)} that policy denies, last ${moment(lastAt)}`])
  return [...rows, ...lastFlows.map((flow): Row => ['', flow])]
}

function printAttempt(attempt: Attempt, style: Style): string {
  const paint = attempt.outcome === 'converged' ? style.green : style.red
  const commit = attempt.commit === null ? '' : ` ${shortCommit(attempt.commit)}`
  const failures = attempt.failures > 1 ? `, ${attempt.failures} times in a row` : ''
  return `${paint(attempt.outcome)}${commit} at ${moment(attempt.at)} on ${attempt.trigger}${failures}: ${attempt.message}`
}
