/** `rampart sync`: asks the agent for a run now and waits for its end. */

import { askAgent } from '../../adapters/control-socket.ts'
import type { AgentStatus } from '../../reconcile/agent-status.ts'
import { shortCommit } from '../../repository/revision.ts'
import { type CommandIo, type Format, printJson } from '../command-io.ts'
import { controlSocketPath } from '../control-socket-path.ts'

/** Exit 0: converged; 2: the policy was refused; 1: failed, or no agent. */
export async function sync(options: { readonly format: Format }, io: CommandIo): Promise<number> {
  const status = await askAgent({ path: controlSocketPath(), command: 'sync', timeoutMs: 600_000 })
  const outcome = status.attempted?.outcome
  if (reportAttempt(status, options.format, io) === 0) return 0
  return outcome === 'invalid' || outcome === 'untrusted' ? 2 : 1
}

/** Prints how the last run ended. Exit 0: converged; 1: not. */
export function reportAttempt(status: AgentStatus, format: Format, io: CommandIo): number {
  const { attempted } = status
  if (format === 'json') io.out(printJson({ ...status }))
  else if (attempted !== null) {
    for (const { file, line, column, severity, code, message } of attempted.diagnostics) {
      io.err(`${file === null ? '' : `${file}:${line}:${column}: `}${severity}[${code}]: ${message}\n`)
    }
    const text = `${attempted.commit === null ? '' : `${shortCommit(attempted.commit)}: `}${attempted.message}\n`
    if (attempted.outcome === 'converged') io.out(text)
    else io.err(`rampart: ${text}`)
  }
  return attempted?.outcome === 'converged' ? 0 : 1
}
