/** Whether a process listens to the kernel, and how far behind it is: one row of /proc/net/netlink (the only place that tells). */

import { readFileSync } from 'node:fs'
import { fileError } from './files.ts'

export interface NetlinkListener {
  readonly unreadBytes: number
}

/** include/uapi/linux/netlink.h */
const protocols = { interfaces: '0', rulesets: '12' } as const

const path = '/proc/self/net/netlink'

/**
 * Undefined when it does not listen (yet). The row's id is the process id, as long as that was free. It is asked every few seconds
 * of an agent at rest, and the kernel answers from memory: to wait for it on another thread costs ten times as much.
 * @throws HostError file-unreadable
 */
export function readListener(pid: number | undefined, subject: keyof typeof protocols): NetlinkListener | undefined {
  if (pid === undefined) return undefined
  for (const row of readRows()) {
    const [, protocol, id, groups, unread] = row.trim().split(/\s+/)
    const isOurs = protocol === protocols[subject] && id === `${pid}`
    if (isOurs && groups !== undefined && Number.parseInt(groups, 16) !== 0) return { unreadBytes: Number(unread) }
  }
  return undefined
}

function readRows(): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch (cause) {
    throw fileError({ code: 'file-unreadable', action: 'cannot read', path, cause })
  }
}
