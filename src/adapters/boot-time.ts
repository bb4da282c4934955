/** Time that no setting of the clock moves: seconds since the machine booted, and which boot that was. */

import { readTextFile } from './files.ts'

/** Suspended time counts. @throws HostError file-unreadable */
export async function readUptimeSeconds(): Promise<number> {
  return Number((await readTextFile('/proc/uptime')).split(' ', 1)[0])
}

/** @throws HostError file-unreadable */
export async function readBootId(): Promise<string> {
  return (await readTextFile('/proc/sys/kernel/random/boot_id')).trim()
}
