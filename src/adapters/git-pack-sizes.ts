/**
 * How large the objects of a pack become, before anything unpacks them: a few kilobytes can claim to be, and with deltas
 * become, gigabytes.
 *
 *     PACK  version  number of objects   { type and size, [base of a delta], deflated content } ...   SHA-1
 */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { inflate, readEntry, readNumber } from './git-pack-entry.ts'
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
  const { sizeBytes, base, contentStart } = readEntry(pack, start)
  if (sizeBytes > maxObjectBytes) return 'too-large'
  const content = inflate(pack.subarray(contentStart, -trailerBytes), sizeBytes)
  if (content === undefined) return 'malformed'
  if (base !== undefined && targetSize(content.bytes) > maxObjectBytes) return 'too-large'
  return contentStart + content.readBytes
}

/** A delta begins with the size of its base and the size of what it makes. */
function targetSize(delta: Buffer): number {
  return readNumber(delta, readNumber(delta, 0).end).value
}
