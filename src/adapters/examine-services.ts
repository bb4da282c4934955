/** What systemd starts at boot, how the clock is kept, and whether an agent answers, for the doctor. */

import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { AgentState, ClockReading, Reading, UnitState, Units } from '../host/host-readings.ts'
import { HostError } from '../reconcile/host-error.ts'
import { systemClock } from './clock.ts'
import { runCommand } from './command.ts'
import { askAgent } from './control-socket.ts'
import { readOptionalTextFile } from './files.ts'

const timeoutMs = 30_000

/** Unread without systemd. @param root where the machine's files start */
export async function readUnits(signal: AbortSignal, root = '/'): Promise<Reading<Units>> {
  if (!(await exists(join(root, 'run/systemd/system')))) return { type: 'unread', reason: 'systemd does not run here' }
  const state = (unit: string): Promise<UnitState> => unitState(unit, { root, signal })
  const script = await readOptionalTextFile(join(root, 'etc/nftables.conf')).catch(() => undefined)
  return {
    type: 'read',
    value: {
      agent: await state('rampart.service'),
      boot: await state('rampart-boot.service'),
      nftables: await state('nftables.service'),
      flushesRuleset: /^\s*flush\s+ruleset\b/m.test(script ?? ''),
    },
  }
}

/** Told by the links in the file system, so that systemd need not answer. */
async function unitState(
  unit: string,
  { root, signal }: { readonly root: string; readonly signal: AbortSignal },
): Promise<UnitState> {
  const args = [`--root=${root}`, 'is-enabled', unit]
  const { stdout, exitCode } = await runCommand({ program: 'systemctl', args, timeoutMs, signal })
  if (exitCode === 0) return 'enabled'
  return /^(disabled|masked)/.test(stdout) ? 'disabled' : 'missing'
}

/** systemd-timesyncd leaves a file; timedatectl asks the kernel, whoever keeps its clock. */
export async function readClock(signal: AbortSignal, root = '/'): Promise<ClockReading> {
  const now = systemClock.now()
  if (await exists(join(root, 'run/systemd/timesync/synchronized')))
    return { now, isSynchronized: { type: 'read', value: true } }
  const args = ['show', '--property=NTPSynchronized', '--value']
  const { stdout } = await runCommand({ program: 'timedatectl', args, timeoutMs, signal })
  const said = stdout.trim()
  if (said === 'yes' || said === 'no') return { now, isSynchronized: { type: 'read', value: said === 'yes' } }
  return { now, isSynchronized: { type: 'unread', reason: 'neither systemd-timesyncd nor timedatectl tells' } }
}

/** Unread when none answers. */
export async function readAgentState(socketPath: string): Promise<Reading<AgentState>> {
  try {
    const { program, attempted } = await askAgent({ path: socketPath, command: 'status', timeoutMs })
    return { type: 'read', value: { program, outcome: attempted?.outcome, message: attempted?.message ?? '' } }
  } catch (error) {
    if (error instanceof HostError) return { type: 'unread', reason: error.message }
    throw error
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}
