/** One line of `nft monitor` as text -> what it says changed, or who committed the changes before it. */

import type { Parts } from './part.ts'

export type MonitorLine =
  /** Something in this table, `inet rampart`, came, went or changed: these parts of it, none where others are told beside it. */
  | { readonly type: 'change'; readonly table: string; readonly parts: Parts }
  /** Ends the changes of one transaction. The process id is the kernel's, the name its first 15 bytes. */
  | { readonly type: 'generation'; readonly generation: number; readonly pid: number; readonly processName: string }
  /** Changes happened that are missing here: the reader was too slow. */
  | { readonly type: 'lost' }
  /** Says nothing about the ruleset: the way of a packet. */
  | { readonly type: 'trace' }
  | { readonly type: 'unknown' }

const change =
  /^(?:add|insert|replace|delete|update|destroy|create|rename|flush) (?:table|chain|rule|set|map|element|counter|quota|limit|flowtable|secmark|synproxy|ct (?:helper|timeout|expectation)) ((?:ip|ip6|inet|arp|bridge|netdev) [^\s;]+)/
const generation = /^# new generation (\d+) by process (\d+) \((.*)\)$/

export function readMonitorLine(line: string): MonitorLine {
  const table = change.exec(line)?.[1]
  if (table !== undefined) return { type: 'change', table, parts: partsOf(line) }
  const commit = generation.exec(line)
  if (commit !== null) {
    return { type: 'generation', generation: Number(commit[1]), pid: Number(commit[2]), processName: commit[3] ?? '' }
  }
  if (line.startsWith('# ERROR: We lost some netlink events')) return { type: 'lost' }
  return line.startsWith('trace id ') ? { type: 'trace' } : { type: 'unknown' }
}

/** What a rule brings with it and takes with it: `__set0`. The kernel lets nobody change those by themselves. */
const anonymous = /^\w+ (?:set|map|element) \S+ \S+ __(?:set|map)\d+(?: |$)/
const part = /^(?:add|insert|replace|delete) (rule|element) \S+ \S+ (\S+)/

function partsOf(line: string): Parts {
  if (anonymous.test(line)) return []
  const [, object, of] = part.exec(line) ?? []
  return of === undefined ? 'everything' : [{ type: object === 'rule' ? 'rules' : 'elements', of }]
}
