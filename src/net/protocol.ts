/** IP protocols: Calico's names for them and their numbers (IANA). */

export const protocolNumbers: ReadonlyMap<string, number> = new Map([
  ['TCP', 6],
  ['UDP', 17],
  ['ICMP', 1],
  ['ICMPv6', 58],
  ['SCTP', 132],
  ['UDPLite', 136],
])

export const tcp = 6
export const udp = 17
export const icmp = 1
export const icmpv6 = 58
export const sctp = 132

/** Reads a Calico protocol: a name (case-sensitive), a number from 1 to 255, or such a number as text. */
export function readProtocol(value: string | number): number | undefined {
  const named = typeof value === 'string' ? protocolNumbers.get(value) : undefined
  if (named !== undefined) return named
  if (typeof value === 'string' && !/^[1-9]\d{0,2}$/.test(value)) return undefined
  const number = Number(value)
  return Number.isInteger(number) && number >= 1 && number <= 255 ? number : undefined
}

/** Whether packets of the protocol carry ports that rules can match. UDPLite does not count (behaviour.md R-3). */
export function hasPorts(protocol: number): boolean {
  return protocol === tcp || protocol === udp || protocol === sctp
}

/** Calico's name, or the number as text. */
export function printProtocol(protocol: number): string {
  for (const [name, number] of protocolNumbers) if (number === protocol) return name
  return String(protocol)
}
