/** One line of `nft monitor` as text -> what it says changed, or who committed the changes before it. */

export type MonitorLine =
  /** Something in this table, `inet rampart`, came, went or changed. */
  | { readonly type: 'change'; readonly table: string }
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
  if (table !== undefined) return { type: 'change', table }
  const commit = generation.exec(line)
  if (commit !== null) {
    return { type: 'generation', generation: Number(commit[1]), pid: Number(commit[2]), processName: commit[3] ?? '' }
  }
  if (line.startsWith('# ERROR: We lost some netlink events')) return { type: 'lost' }
  return line.startsWith('trace id ') ? { type: 'trace' } : { type: 'unknown' }
}
