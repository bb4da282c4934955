/** `rampart apply --from` where an agent runs: the files travel to it, since one writer is enough and it may not read the folder. */

import type { ApplyRequest } from '../adapters/control-protocol.ts'
import { askAgent } from '../adapters/control-socket.ts'
import { createDirectorySource } from '../adapters/directory-source.ts'
import { mostSentBytes, packFiles } from '../adapters/sent-files.ts'
import type { AgentStatus } from '../reconcile/agent-status.ts'
import { type CommandIo, Refusal, UsageError } from './command-io.ts'
import { unlessRefused } from './commands/hold.ts'
import { longestSyncMs } from './commands/sync.ts'
import { controlSocketPath } from './control-socket-path.ts'
import type { PolicyOptions } from './policy-target.ts'

/** After the run. @throws Refusal, UsageError, HostError file-unreadable, agent-unreachable */
export async function applyBesideAgent(
  from: string,
  options: PolicyOptions & { readonly allowed: readonly string[]; readonly retry?: boolean },
  io: CommandIo,
): Promise<AgentStatus> {
  const { host, allowed } = options
  for (const word of ['config', 'facts', 'retry'] as const) {
    if (options[word] !== undefined)
      throw new UsageError(`an agent runs here and applies the folder with its own configuration: leave --${word} out`)
  }
  const { files } = await createDirectorySource(from).fetch(io.signal)
  const sizeBytes = files.reduce((sum, { bytes }) => sum + bytes.length, 0)
  if (sizeBytes > mostSentBytes) {
    throw new Refusal(
      `${from} holds ${sizeBytes} bytes of policy, and an agent takes ${mostSentBytes} this way: commit it`,
    )
  }
  const input: ApplyRequest = { node: host ?? null, files: packFiles(files), allowed }
  return unlessRefused(await askAgent({ path: controlSocketPath(), command: 'apply', timeoutMs: longestSyncMs, input }))
}
