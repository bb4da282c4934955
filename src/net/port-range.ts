/** Ports of TCP, UDP and SCTP, single or as an inclusive range. */

export interface PortRange {
  readonly from: number
  /** Inclusive; equal to `from` for one port. */
  readonly to: number
}

/** Reads `80` or `8000:8010`, each from 1 to 65535. Undefined for anything else, names included. */
export function readPortRange(text: string): PortRange | undefined {
  const match = /^(\d{1,5})(?::(\d{1,5}))?$/.exec(text)
  if (match === null) return undefined
  const from = Number(match[1])
  const to = Number(match[2] ?? match[1])
  return from >= 1 && from <= to && to <= 65535 ? { from, to } : undefined
}

/** Sorted and disjoint, neighbours joined. */
export function mergePortRanges(ranges: readonly PortRange[]): readonly PortRange[] {
  const merged: PortRange[] = []
  for (const next of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last !== undefined && next.from <= last.to + 1) {
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, next.to) }
    } else merged.push(next)
  }
  return merged
}

/** As in Calico: `80`, `8000:8010`. */
export function printPortRange(range: PortRange): string {
  return range.from === range.to ? String(range.from) : `${range.from}:${range.to}`
}
