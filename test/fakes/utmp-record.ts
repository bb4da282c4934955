/** A record of utmp(5) as a login program writes it. */

export interface FakeLogin {
  readonly user: string
  readonly line: string
  /** Four bytes of an IPv4 address or sixteen of an IPv6 one. */
  readonly address: readonly number[]
  /** Default: USER_PROCESS. */
  readonly type?: number
}

export function utmpRecord({ user, line, address, type = 7 }: FakeLogin): Buffer {
  const isLong = process.arch === 'arm64'
  const record = Buffer.alloc(isLong ? 400 : 384)
  record.writeInt16LE(type, 0)
  record.write(line, 8)
  record.write(user, 44)
  Buffer.from(address).copy(record, isLong ? 360 : 348)
  return record
}
