/** A throw-away certificate for the demo's git server: node:crypto has keys and signatures, the few bytes of X.509 are here. */

import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export interface Certificate {
  readonly key: string
  /** Signed by itself, so it is also the CA that trusts it. */
  readonly certificate: string
}

/** For one IPv4 address, valid from an hour ago for a day (RFC 5280). Both parts are PEM. */
export function makeCertificate(address: string, now: Date): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const name = sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from('rampart demo')))))
  const hourMs = 3_600_000
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(randomBytes(8)),
    ecdsaWithSha256,
    name,
    sequence(time(new Date(now.getTime() - hourMs)), time(new Date(now.getTime() + 24 * hourMs))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(subjectAlternativeName(address))),
  )
  const signature = sign('sha256', body, privateKey)
  const whole = sequence(body, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature))
  const lines = whole.toString('base64').replace(/(.{64})/g, '$1\n')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.trimEnd()}\n-----END CERTIFICATE-----\n`,
  }
}

function subjectAlternativeName(address: string): Buffer {
  const addressName = der(0x87, Buffer.from(address.split('.').map(Number)))
  return sequence(oid('551d11'), der(0x04, sequence(addressName)))
}

/** Tag, length, content: the only shape there is. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag]), derLength(content.length), content])
}

function derLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  return length < 0x100 ? Buffer.from([0x81, length]) : Buffer.from([0x82, length >> 8, length & 0xff])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts)
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))

/** Positive: a leading one bit would mean a negative number, a leading zero byte may not be there without need. */
function integer(bytes: Buffer): Buffer {
  const first = bytes[0] ?? 0
  return der(0x02, Buffer.from([(first & 0x7f) | (bytes.length > 1 ? 0x40 : 0)]), bytes.subarray(1))
}

function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/[-:T]|\.\d+/g, '')
  return der(0x17, Buffer.from(digits.slice(2)))
}
