/** Whether a process listens to nf_tables, and how far behind it is: one row of /proc/net/netlink (the only place that tells). */

import { readTextFile } from './files.ts'

export interface NetlinkListener {
  readonly unreadBytes: number
}

const netfilter = '12'

/** Undefined when it does not listen (yet). The row's id is the process id, as long as that was free. @throws HostError file-unreadable */
export async function readListener(pid: number | undefined): Promise<NetlinkListener | undefined> {
  if (pid === undefined) return undefined
  const rows = (await readTextFile('/proc/self/net/netlink')).split('\n').map((row) => row.trim().split(/\s+/))
  for (const [, protocol, id, groups, unread] of rows) {
    if (protocol === netfilter && id === `${pid}` && groups !== undefined && Number.parseInt(groups, 16) !== 0)
      return { unreadBytes: Number(unread) }
  }
  return undefined
}
