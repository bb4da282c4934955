/**
 * One object of a pack, as it lies there: whole, or as a delta that makes it out of another.
 *
 *     type and size, [base of a delta], deflated content
 */

import { inflateSync } from 'node:zlib'

export interface PackEntry {
  /** Of the content, or of the delta. */
  readonly sizeBytes: number
  /** Of a delta: where in the same pack it begins, or its id in hex. */
  readonly base: number | string | undefined
  /** Where the deflated content begins. */
  readonly contentStart: number
}

const offsetDelta = 6
const referenceDelta = 7

/** Reads no further than it must, and believes what it reads. */
export function readEntry(pack: Buffer, start: number): PackEntry {
  const first = pack[start] ?? 0
  const kind = (first >> 4) & 7
  const rest = (first & 0x80) === 0 ? { value: 0, end: start + 1 } : readNumber(pack, start + 1)
  const sizeBytes = (first & 0xf) + rest.value * 16
  if (kind === offsetDelta) {
    const distance = readDistance(pack, rest.end)
    return { sizeBytes, base: start - distance.value, contentStart: distance.end }
  }
  if (kind === referenceDelta) {
    const contentStart = rest.end + 20
    return { sizeBytes, base: pack.toString('hex', rest.end, contentStart), contentStart }
  }
  return { sizeBytes, base: undefined, contentStart: rest.end }
}

/** A larger piece of memory is not taken at once: the size is only claimed. */
const maxChunkBytes = 64 * 1024

/** Undefined when it is not deflated, or does not become exactly so many bytes. */
export function inflate(
  bytes: Buffer,
  sizeBytes: number,
): { readonly bytes: Buffer; readonly readBytes: number } | undefined {
  try {
    // with `info` there is more in the answer than its type says: how much of the input was used
    const { buffer, engine } = inflateSync(bytes, {
      info: true,
      maxOutputLength: Math.max(sizeBytes, 1),
      // so that small contents do not each keep a large piece of memory; zlib wants 64 at least
      chunkSize: Math.min(Math.max(sizeBytes + 1, 64), maxChunkBytes),
    }) as unknown as { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } }
    return buffer.length === sizeBytes ? { bytes: buffer, readBytes: engine.bytesWritten } : undefined
  } catch {
    return undefined
  }
}

interface ReadNumber {
  readonly value: number
  readonly end: number
}

/** Seven bits a byte, the lowest first, as long as the eighth is set; no Number loses bits before it is too large for anybody. */
export function readNumber(bytes: Buffer, start: number): ReadNumber {
  let value = 0
  let at = start
  for (let factor = 1; at < bytes.length; factor *= 128) {
    const byte = bytes[at++] ?? 0
    value += (byte & 0x7f) * factor
    if ((byte & 0x80) === 0) break
  }
  return { value, end: at }
}

/** Seven bits a byte, the highest first; each further byte adds one, so that no distance can be written in two ways. */
function readDistance(bytes: Buffer, start: number): ReadNumber {
  let value = 0
  let at = start
  while (at < bytes.length) {
    const byte = bytes[at++] ?? 0
    value += byte & 0x7f
    if ((byte & 0x80) === 0) break
    value = (value + 1) * 128
  }
  return { value, end: at }
}
