/** The processes that this one started, as /proc lists them. */

import { readdirSync, readFileSync } from 'node:fs'

/** Process ids of living children, of this process or another, with that name; those that ended and wait to be reaped are left out. */
export function childrenNamed(name: string, parent = process.pid): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      const [comm, state, parentPid] = readStat(pid)
      return comm === name && parentPid === `${parent}` && state !== 'Z'
    })
}

function readStat(pid: number): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const end = text.lastIndexOf(')')
    return [text.slice(text.indexOf('(') + 1, end), ...text.slice(end + 2).split(' ')]
  } catch {
    // it ended while we looked
    return []
  }
}
