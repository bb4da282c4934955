/** `rampart remove`: takes our table away, and nothing else. */

import { join } from 'node:path'
import { askAgent } from '../../adapters/control-socket.ts'
import { ensureFolder, removeFile } from '../../adapters/files.ts'
import { acquireLock, type Lock } from '../../adapters/lock.ts'
import { openKernel } from '../../adapters/nft.ts'
import { openSafeguard } from '../../adapters/safeguard.ts'
import { printReplacement } from '../../diff/print-script.ts'
import { defaultStateDir } from '../../host/agent-configuration.ts'
import { HostError } from '../../reconcile/host-error.ts'
import { type CommandIo, type Format, printJson, Refusal } from '../command-io.ts'
import { controlSocketPath, isAgentRunning } from '../control-socket-path.ts'

export interface RemoveOptions {
  readonly format: Format
  readonly stop?: boolean
  readonly stateDir?: string
}

const longestStopMs = 30_000

/** Exit 0: the table is gone, or was not there; 1: refused. The saved ruleset goes too, or the next boot would bring it back. */
export async function remove(options: RemoveOptions, io: CommandIo): Promise<number> {
  if (await isAgentRunning()) {
    if (options.stop !== true) throw new Refusal('an agent runs here and would put the table back: use --stop')
    await askAgent({ path: controlSocketPath(), command: 'stop', timeoutMs: longestStopMs })
  }
  const stateDir = options.stateDir ?? process.env.RAMPART_STATE_DIR ?? defaultStateDir
  await ensureFolder(stateDir)
  const lock = await lockWithin(join(stateDir, 'lock'), options.stop === true ? longestStopMs : 0)
  try {
    // first, or a change that still waits would bring the table back
    await openSafeguard({ folder: stateDir, starter: 'ourselves', onUnitMissing: () => {} }).clear()
    const kernel = openKernel()
    const wasThere = (await kernel.read(io.signal)) !== undefined
    if (wasThere) await kernel.load(printReplacement(undefined), io.signal)
    await removeFile(join(stateDir, 'last-good.nft'))
    await removeFile(join(stateDir, 'set-aside.json'))
    await removeFile(join(stateDir, 'hold.json'))
    const text = wasThere
      ? 'removed table inet rampart; this host is not filtered by rampart any more'
      : 'there is no table inet rampart'
    io.out(options.format === 'json' ? printJson({ removed: wasThere }) : `${text}\n`)
    return 0
  } finally {
    lock.release()
  }
}

async function lockWithin(path: string, limitMs: number): Promise<Lock> {
  for (let waitedMs = 0; ; waitedMs += 100) {
    try {
      return await acquireLock(path)
    } catch (error) {
      if (!(error instanceof HostError) || error.code !== 'lock-held' || waitedMs >= limitMs) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
