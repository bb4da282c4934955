/** The programs of the system that rampart calls, for the doctor: which are there, and in what version. */

import type { Account, ProgramName, ProgramReading } from '../host/host-readings.ts'
import { runCommand } from './command.ts'

const timeoutMs = 30_000

const calls: readonly (readonly [ProgramName, string])[] = [
  ['nft', '--version'],
  ['ip', '-V'],
  ['flock', '--version'],
  ['conntrack', '--version'],
  ['git', '--version'],
  ['ssh', '-V'],
]

export function readPrograms(signal: AbortSignal): Promise<readonly ProgramReading[]> {
  return Promise.all(
    calls.map(async ([program, option]): Promise<ProgramReading> => {
      const { end, stdout, stderr } = await runCommand({ program, args: [option], timeoutMs, signal })
      return { program, version: end === 'missing' ? undefined : (versionIn(stdout || stderr) ?? 'unknown version') }
    }),
  )
}

/** `nftables v1.0.6 (...)`, `ip utility, iproute2-6.1.0, ...`, `OpenSSH_9.2p1 ...` */
function versionIn(text: string): string | undefined {
  return /\d+(?:\.\d+)+(?:p\d+)?/.exec(text)?.[0]
}

/** User and group of the name, from wherever this machine keeps them. */
export async function readAccount(name: string, signal: AbortSignal): Promise<Account> {
  const [user, group] = await Promise.all(
    ['passwd', 'group'].map((database) => runCommand({ program: 'getent', args: [database, name], timeoutMs, signal })),
  )
  return { uid: idIn(user?.stdout), gid: idIn(group?.stdout) }
}

/** The third field in both databases. */
function idIn(line = ''): number | undefined {
  const id = line.split(':')[2]
  return id === undefined || id === '' ? undefined : Number(id)
}
