/** `rampart status`: what is enforced here, and whether it is what the repository says. */

import { join } from 'node:path'
import { askAgent } from '../../adapters/control-socket.ts'
import { readOptionalTextFile } from '../../adapters/files.ts'
import { peekHold } from '../../adapters/hold-file.ts'
import { createStyle } from '../../diagnostic/style.ts'
import { defaultStateDir } from '../../host/agent-configuration.ts'
import { type AgentStatus, nothingKnown } from '../../reconcile/agent-status.ts'
import { describeHold } from '../../reconcile/hold.ts'
import { HostError } from '../../reconcile/host-error.ts'
import { type CommandIo, type Format, printJson } from '../command-io.ts'
import { controlSocketPath } from '../control-socket-path.ts'
import { printStatus } from '../print-status.ts'

/** Exit 0: in sync; 2: not; 1: no agent, then what it last wrote is shown. */
export async function status(
  options: { readonly format: Format; readonly stateDir?: string },
  io: CommandIo,
): Promise<number> {
  try {
    const current = completed(await askAgent({ path: controlSocketPath(), command: 'status', timeoutMs: 10_000 }))
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
  else
    io.out(
      `The agent's last word before it ended:\n${printStatus(completed(JSON.parse(text) as AgentStatus), createStyle(io.color.out))}`,
    )
  return 1
}

/** An agent of an earlier version knew less. */
function completed(status: AgentStatus): AgentStatus {
  return { ...nothingKnown, ...status, drift: { ...nothingKnown.drift, ...status.drift } }
}

function isInSync({ applied, attempted, pending }: AgentStatus): boolean {
  return applied !== null && attempted?.outcome === 'converged' && pending === null
}
