/** What a process and its descendants have used so far, as the kernel counts it. */

import { readdirSync, readFileSync } from 'node:fs'

export interface ProcessTree {
  readonly pids: readonly number[]
  /** Nanosecond counts of those that live; of children that ended, in steps of 10 ms. */
  readonly processorMs: number
  /** Resident, of the first process alone. */
  readonly ownKiB: number
  /** Of all of them, where pages that several share count once (PSS). */
  readonly proportionalKiB: number
}

/** What ended meanwhile is left out. */
export function examineProcessTree(root: number): ProcessTree {
  const pids = treeOf(root)
  const sum = (of: (pid: number) => number): number => pids.reduce((total, pid) => total + of(pid), 0)
  return {
    pids,
    processorMs: sum((pid) => livingMs(pid) + endedChildrenMs(pid)),
    ownKiB: residentKiB(root),
    proportionalKiB: sum(proportionalKiB),
  }
}

function treeOf(root: number): readonly number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = Number(statOf(Number(name))[1] ?? 0)
    children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const below = (pid: number): readonly number[] => [pid, ...(children.get(pid) ?? []).flatMap(below)]
  return below(root)
}

/** The fields after the program's name, which may hold anything: state, parent, ... (proc_pid_stat(5)). */
function statOf(pid: number): readonly string[] {
  const text = readOrEmpty(`/proc/${pid}/stat`)
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** All threads. */
function livingMs(pid: number): number {
  return threadsOf(pid)
    .map((thread) => Number(readOrEmpty(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]) / 1e6)
    .reduce((total, ms) => total + ms, 0)
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

/** Those that were waited for: cutime and cstime, in hundredths of a second. */
function endedChildrenMs(pid: number): number {
  const stat = statOf(pid)
  return 10 * (Number(stat[13] ?? 0) + Number(stat[14] ?? 0))
}

function residentKiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readOrEmpty(`/proc/${pid}/status`))?.[1] ?? 0)
}

function proportionalKiB(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(readOrEmpty(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0)
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
