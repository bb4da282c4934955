/** `rampart confirm`: a person says that a change may stay. */

import { join } from 'node:path'
import { askAgent } from '../../adapters/control-socket.ts'
import { acquireLock } from '../../adapters/lock.ts'
import { openSafeguard } from '../../adapters/safeguard.ts'
import { defaultStateDir } from '../../host/agent-configuration.ts'
import { HostError } from '../../reconcile/host-error.ts'
import { shortCommit } from '../../repository/revision.ts'
import { type CommandIo, type Format, printJson, Refusal } from '../command-io.ts'
import { controlSocketPath, isAgentRunning } from '../control-socket-path.ts'

/** Exit 0: it stays; 1: nothing waits, or it was taken back already. */
export async function confirm(
  options: { readonly format: Format; readonly stateDir?: string },
  io: CommandIo,
): Promise<number> {
  const commit = (await isAgentRunning()) ? await askAgentToConfirm() : await confirmWithoutAgent(options.stateDir)
  if (options.format === 'json') io.out(printJson({ confirmed: commit }))
  else io.out(`confirmed: ${shortCommit(commit)} stays\n`)
  return 0
}

/** @throws Refusal, HostError agent-unreachable */
async function askAgentToConfirm(): Promise<string> {
  const pending = await askAgent({ path: controlSocketPath(), command: 'confirm', timeoutMs: 10_000 })
  if (pending === null) throw nothingWaits()
  return pending.commit
}

/** `rampart apply` waits at another terminal; should it have died, nobody would make the change last. */
async function confirmWithoutAgent(stateDir: string | undefined): Promise<string> {
  const folder = stateDir ?? process.env.RAMPART_STATE_DIR ?? defaultStateDir
  const safeguard = openSafeguard({ folder, starter: 'ourselves', onUnitMissing: () => {} })
  const left = await safeguard.leftover()
  if (left?.state !== 'waiting') throw nothingWaits()
  if (!(await isLocked(join(folder, 'lock')))) {
    throw new Refusal('whoever made the change has ended: it is taken back, and can then be applied again')
  }
  if (!(await safeguard.confirm())) throw nothingWaits()
  return left.revision?.commit ?? 'the change'
}

async function isLocked(path: string): Promise<boolean> {
  try {
    const lock = await acquireLock(path)
    lock.release()
    return false
  } catch (error) {
    if (error instanceof HostError && error.code === 'lock-held') return true
    throw error
  }
}

function nothingWaits(): Refusal {
  return new Refusal('no change waits for confirmation, or it was taken back already: see rampart status')
}
