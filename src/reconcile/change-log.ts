/**
 * What the kernel tells of its changes -> whom to suspect of having changed our table: a pure machine.
 *
 *     change ... change, generation    by us, or none of it in our table: nothing
 *                                      else: somebody changed it
 *     lost, or a generation is missing: anybody may have changed it
 *
 * The kernel tells the process ids of the first process namespace. In a container with one of its own our writers are not recognised,
 * and each transaction of ours costs a comparison that finds nothing.
 */

import { joinParts, type Parts } from '../ruleset/part.ts'
import type { MonitorLine } from '../ruleset/read-monitor-line.ts'
import { tableName } from '../ruleset/ruleset.ts'

export interface ChangeLog {
  /** Of the last transaction; undefined when the next one may have any number. */
  readonly generation: number | undefined
  /** A change since then was in our table, or may have been. */
  readonly touched: boolean
  /** Of our table, those changes. */
  readonly parts: Parts
  /** Our own writers whose transaction was not seen yet. */
  readonly writers: readonly Writer[]
}

interface Writer {
  readonly pid: number
  readonly sinceMs: number
}

export type Suspicion =
  | { readonly type: 'somebody'; readonly pid: number; readonly process: string; readonly parts: Parts }
  /** The changes themselves are not known. */
  | { readonly type: 'anybody'; readonly reason: string }

export const emptyChangeLog: ChangeLog = { generation: undefined, touched: false, parts: [], writers: [] }

/** Longer than a transaction takes; a writer that changed nothing has no generation of its own, and its number is given away again. */
const writerLimitMs = 150_000
const mostWriters = 32

/** Nothing is known any more of what was being said: the listener is a new one. */
export function listenAnew(log: ChangeLog): ChangeLog {
  return { ...emptyChangeLog, writers: log.writers }
}

/** To be called before the writer can have committed. */
export function noteWriter(log: ChangeLog, pid: number, nowMs: number): ChangeLog {
  const alive = log.writers.filter(({ sinceMs }) => nowMs - sinceMs < writerLimitMs)
  return { ...log, writers: [...alive, { pid, sinceMs: nowMs }].slice(-mostWriters) }
}

export function noteLine(
  log: ChangeLog,
  line: MonitorLine,
  nowMs: number,
): readonly [ChangeLog, Suspicion | undefined] {
  switch (line.type) {
    case 'trace':
      return [log, undefined]
    case 'change':
      if (line.table !== tableName) return [log, undefined]
      return [{ ...log, touched: true, parts: joinParts(log.parts, line.parts) }, undefined]
    case 'unknown':
      return [{ ...log, touched: true, parts: 'everything' }, undefined]
    case 'lost':
      // what belongs to the next generation may be among the lost
      return [
        { ...log, generation: undefined, touched: true, parts: 'everything' },
        { type: 'anybody', reason: 'changes were lost' },
      ]
    case 'generation':
      return noteGeneration(log, line, nowMs)
  }
}

function noteGeneration(
  log: ChangeLog,
  line: MonitorLine & { readonly type: 'generation' },
  nowMs: number,
): readonly [ChangeLog, Suspicion | undefined] {
  const { pid, processName: process, generation } = line
  const isOurs = log.writers.some((writer) => writer.pid === pid && nowMs - writer.sinceMs < writerLimitMs)
  const writers = log.writers.filter((writer) => writer.pid !== pid)
  const next: ChangeLog = { generation, touched: false, parts: [], writers }
  if (log.generation !== undefined && generation !== following(log.generation)) {
    return [next, { type: 'anybody', reason: `generations between ${log.generation} and ${generation} are missing` }]
  }
  if (!log.touched || isOurs) return [next, undefined]
  const parts = log.parts.length === 0 ? 'everything' : log.parts
  return [next, { type: 'somebody', pid, process, parts }]
}

/** A 32-bit number that leaves out 0. */
function following(generation: number): number {
  return generation === 0xffff_ffff ? 1 : generation + 1
}
