/** Counts by the names of processes, which anybody can choose: they are made plain, and there are only so many of them. */

import type { Counter } from 'prom-client'

const mostNames = 20
/** The kernel's own limit. */
const longestName = 15

/** Each name of a list once; none at all is `unknown`, and those that are new after the first 20 are `other`. */
export function countByProcess(counter: Pick<Counter, 'inc'>): (processes: readonly string[]) => void {
  const known = new Set<string>()
  counter.inc({ process: 'unknown' }, 0)
  return (processes) => {
    const names = processes.map((process) => process.replace(/[^\w.:@+-]/g, '_').slice(0, longestName))
    for (const name of new Set(names.length === 0 ? ['unknown'] : names)) {
      if (known.size < mostNames) known.add(name)
      counter.inc({ process: known.has(name) ? name : 'other' })
    }
  }
}
