/** `rampart sync`: asks the agent for a run now and waits for its end. */

import { askAgent } from '../../adapters/control-socket.ts'
import type { AgentStatus } from '../../reconcile/agent-status.ts'
import { shortCommit } from '../../repository/revision.ts'
import { type CommandIo, type Format, printJson } from '../command-io.ts'
import { controlSocketPath } from '../control-socket-path.ts'

/** Longer than a run with the longest wait for confirmation, and one before it. */
export const longestSyncMs = 3 * 3_600_000

/** Exit 0: converged; 2: the policy was refused; 1: failed, reverted, or no agent. */
export async function sync(
  options: { readonly format: Format; readonly retry?: boolean },
  io: CommandIo,
): Promise<number> {
  const status = await askForRun(options)
  reportAttempt(status, options.format, io)
  switch (status.attempted?.outcome) {
    case 'converged':
      return 0
    case 'invalid':
    case 'untrusted':
    case 'refused':
      return 2
    default:
      return 1
  }
}

/** @throws HostError agent-unreachable */
export function askForRun({ retry }: { readonly retry?: boolean }): Promise<AgentStatus> {
  const command = retry === true ? 'insist' : 'sync'
  return askAgent({ path: controlSocketPath(), command, timeoutMs: longestSyncMs })
}

/** Prints how the last run ended. */
export function reportAttempt(status: AgentStatus, format: Format, io: CommandIo): void {
  const { attempted } = status
  if (format === 'json') io.out(printJson({ ...status }))
  else if (attempted !== null) {
    for (const { file, line, column, severity, code, message } of attempted.diagnostics) {
      io.err(`${file === null ? '' : `${file}:${line}:${column}: `}${severity}[${code}]: ${message}\n`)
    }
    const text = `${attempted.commit === null ? '' : `${shortCommit(attempted.commit)}: `}${attempted.message}\n`
    if (attempted.outcome === 'converged') {
      io.out(text)
      for (const note of attempted.notes) io.err(`note: ${note}\n`)
    } else io.err(`rampart: ${text}`)
  }
}
