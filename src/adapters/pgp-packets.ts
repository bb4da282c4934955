/** OpenPGP data as far as it must be known before gpgv sees it: the armor around it, and what its packets are. */

/** The bytes within the armor of every block with this title, as `PGP SIGNATURE`; the text may hold anything else. */
export function readArmor(text: string, title: string): Buffer {
  const block = new RegExp(`^-----BEGIN ${title}-----\\r?\\n([\\s\\S]*?)^-----END ${title}-----`, 'gm')
  return Buffer.concat([...text.matchAll(block)].map(([, body = '']) => readBody(body)))
}

/** Headers, an empty line, base64, a checksum that begins with an equals sign. */
function readBody(body: string): Buffer {
  const lines = body.split(/\r?\n/)
  const data = lines.slice(lines.findIndex((line) => line.trim() === '') + 1).filter((line) => !line.startsWith('='))
  return Buffer.from(data.join(''), 'base64')
}

const signatureTag = 2

/**
 * Whether this is one signature packet and nothing else (RFC 4880, 4.2): a signed message would bring content of its own,
 * which is not what we ask about.
 */
export function isSingleSignature(bytes: Buffer): boolean {
  const [first = 0, length = 0] = bytes
  if ((first & 0x80) === 0) return false
  if ((first & 0x40) === 0) {
    const sizeBytes = [1, 2, 4][first & 3]
    if (((first >> 2) & 0xf) !== signatureTag || sizeBytes === undefined || bytes.length < 1 + sizeBytes) return false
    return 1 + sizeBytes + bytes.readUIntBE(1, sizeBytes) === bytes.length
  }
  if ((first & 0x3f) !== signatureTag) return false
  if (length < 192) return 2 + length === bytes.length
  if (length < 224) return bytes.length > 2 && 3 + ((length - 192) << 8) + bytes.readUInt8(2) + 192 === bytes.length
  return length === 255 && bytes.length > 6 && 6 + bytes.readUInt32BE(2) === bytes.length
}
