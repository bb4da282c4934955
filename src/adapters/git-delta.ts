/** Makes an object out of another one and the delta between them, as git packs it. */

import { readNumber } from './git-pack-entry.ts'

/**
 * A delta begins with the sizes of its base and of what it makes; then each instruction copies a piece of the base or brings
 * bytes of its own. Undefined when it does not fit the base, makes more than `maxBytes`, or makes no sense.
 */
export function applyDelta(base: Buffer, delta: Buffer, maxBytes: number): Buffer | undefined {
  const baseSize = readNumber(delta, 0)
  const size = readNumber(delta, baseSize.end)
  if (baseSize.value !== base.length || size.value > maxBytes) return undefined
  const made = Buffer.allocUnsafe(size.value)
  let filled = 0
  for (let at = size.end; at < delta.length; ) {
    const code = delta[at++] ?? 0
    if (code === 0) return undefined
    const copy = (code & 0x80) === 0 ? undefined : readCopy(delta, at, code)
    const [source, start, length] = copy === undefined ? [delta, at, code] : [base, copy.start, copy.length]
    at = copy === undefined ? at + length : copy.end
    if (start + length > source.length || filled + length > made.length) return undefined
    source.copy(made, filled, start, start + length)
    filled += length
  }
  return filled === made.length ? made : undefined
}

/** Bits of the code say which bytes of offset and length are there; the others are 0, and a length of 0 means 65536. */
function readCopy(
  delta: Buffer,
  from: number,
  code: number,
): { readonly start: number; readonly length: number; readonly end: number } {
  let at = from
  let start = 0
  let length = 0
  for (let bit = 0; bit < 4; bit++) if ((code & (1 << bit)) !== 0) start += (delta[at++] ?? 0) * 256 ** bit
  for (let bit = 0; bit < 3; bit++) if ((code & (16 << bit)) !== 0) length += (delta[at++] ?? 0) * 256 ** bit
  return { start, length: length === 0 ? 65_536 : length, end: at }
}
