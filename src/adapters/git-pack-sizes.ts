/**
 * How large the objects of a pack become, before anything unpacks them: a few kilobytes can claim to be, and with deltas
 * become, gigabytes.
 *
 *     PACK  version  number of objects   { type and size, [base of a delta], deflated content } ...   SHA-1
 */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { inflateSync } from 'node:zlib'
import { gitFailure } from './git-remote.ts'

export interface PackLimits {
  /** Of the remote, for messages. */
  readonly name: string
  /** Of one object. */
  readonly maxBytes: number
}

/** @throws HostError git-limit, git-corrupt */
export async function refusePack(pack: Buffer, { name, maxBytes }: PackLimits): Promise<void> {
  const fault = await findPackFault(pack, maxBytes)
  if (fault === 'too-large') {
    throw gitFailure('git-limit', { name, reason: `a file in it is larger than maxBytes, ${maxBytes} bytes` })
  }
  if (fault === 'malformed') {
    throw gitFailure('git-corrupt', { name, reason: 'what it packed does not hold what it claims' })
  }
}

export type PackFault = 'malformed' | 'too-large'

const headerBytes = 12
const trailerBytes = 20
const offsetDelta = 6
const referenceDelta = 7
/** Others want to run too. */
const objectsBetweenTurns = 500

/** Undefined when every object is what it claims and at most so large. @param pack of git's version 2 or 3 */
export async function findPackFault(pack: Buffer, maxObjectBytes: number): Promise<PackFault | undefined> {
  if (pack.length < headerBytes + trailerBytes || pack.toString('latin1', 0, 4) !== 'PACK') return 'malformed'
  const count = pack.readUInt32BE(8)
  let at = headerBytes
  for (let index = 0; index < count; index++) {
    const end = endOfObject(pack, at, maxObjectBytes)
    if (typeof end === 'string') return end
    at = end
    if (index % objectsBetweenTurns === objectsBetweenTurns - 1) await nextTurn()
  }
  return at === pack.length - trailerBytes ? undefined : 'malformed'
}

function endOfObject(pack: Buffer, start: number, maxObjectBytes: number): number | PackFault {
  // it claims more objects than it has
  if (start >= pack.length - trailerBytes) return 'malformed'
  const first = pack[start] ?? 0
  const type = (first >> 4) & 7
  const rest = (first & 0x80) === 0 ? { value: 0, end: start + 1 } : readNumber(pack, start + 1)
  const sizeBytes = (first & 0xf) + rest.value * 16
  if (sizeBytes > maxObjectBytes) return 'too-large'
  const isDelta = type === offsetDelta || type === referenceDelta
  // the distance to the base has seven bits a byte like a size
  const at = type === offsetDelta ? readNumber(pack, rest.end).end : rest.end + (type === referenceDelta ? 20 : 0)
  const content = inflate(pack.subarray(at, -trailerBytes), sizeBytes)
  if (content === undefined) return 'malformed'
  if (isDelta && targetSize(content.bytes) > maxObjectBytes) return 'too-large'
  return at + content.readBytes
}

/** Undefined when it is not deflated, or does not become exactly so many bytes. */
function inflate(bytes: Buffer, sizeBytes: number): { readonly bytes: Buffer; readonly readBytes: number } | undefined {
  try {
    // with `info` there is more in the answer than its type says: how much of the input was used
    const { buffer, engine } = inflateSync(bytes, {
      info: true,
      maxOutputLength: Math.max(sizeBytes, 1),
    }) as unknown as { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } }
    return buffer.length === sizeBytes ? { bytes: buffer, readBytes: engine.bytesWritten } : undefined
  } catch {
    return undefined
  }
}

/** A delta begins with the size of its base and the size of what it makes. */
function targetSize(delta: Buffer): number {
  return readNumber(delta, readNumber(delta, 0).end).value
}

/** Seven bits a byte, the lowest first, as long as the eighth is set; no Number loses bits before it is too large for anybody. */
function readNumber(bytes: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0
  let at = start
  for (let factor = 1; at < bytes.length; factor *= 128) {
    const byte = bytes[at++] ?? 0
    value += (byte & 0x7f) * factor
    if ((byte & 0x80) === 0) break
  }
  return { value, end: at }
}
