/** Reads utmp(5), the binary record of who is logged in, as glibc writes it on 64-bit Linux. */

import type { Address } from '../net/address.ts'

export interface UtmpLogin {
  readonly user: string
  /** `pts/0`. */
  readonly terminal: string
  readonly peer: Address
}

/** struct utmp: type and pid, line[32], id[4], user[32], host[256], exit, session, time, addr_v6[4], unused[20]. */
const places = { line: 8, user: 44 }
/** Where session and time are written as on 32-bit machines, and where not. */
const record = process.arch === 'arm64' ? { size: 400, address: 360 } : { size: 384, address: 348 }
const userProcess = 7

/** Logins that came over the network, by their address. A record cut short at the end is left out. */
export function readUtmp(bytes: Buffer): readonly UtmpLogin[] {
  const logins: UtmpLogin[] = []
  for (let at = 0; at + record.size <= bytes.length; at += record.size) {
    if (bytes.readInt16LE(at) !== userProcess) continue
    const peer = readPeer(bytes.subarray(at + record.address, at + record.address + 16))
    if (peer !== undefined) {
      logins.push({
        user: readText(bytes, at + places.user, 32),
        terminal: readText(bytes, at + places.line, 32),
        peer,
      })
    }
  }
  return logins
}

/** An IPv4 address stands in the first four bytes, or at the end of an IPv4-mapped one; all zero: a local login. */
function readPeer(bytes: Buffer): Address | undefined {
  const value = BigInt(`0x${bytes.toString('hex')}`)
  if (value === 0n) return undefined
  if ((value & ((1n << 96n) - 1n)) === 0n) return { family: 4, value: value >> 96n }
  if (value >> 32n === 0xffffn) return { family: 4, value: value & 0xffffffffn }
  return { family: 6, value }
}

function readText(bytes: Buffer, start: number, length: number): string {
  const text = bytes.toString('utf8', start, start + length)
  return (text.split('\0', 1)[0] ?? '').replace(/\p{C}/gu, '?')
}
