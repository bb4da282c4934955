/** Sets of small whole numbers, one bit each: number 33 is the second bit of the second word. */

export type Bits = Uint32Array

/** The empty set of numbers below the limit. */
export function bitsBelow(limit: number): Bits {
  return new Uint32Array((limit + 31) >>> 5)
}

export function addBit(bits: Bits, number: number): void {
  const word = number >>> 5
  bits[word] = (bits[word] ?? 0) | (1 << (number & 31))
}

export function hasBit(bits: Bits, number: number): boolean {
  return ((bits[number >>> 5] ?? 0) & (1 << (number & 31))) !== 0
}

export function addBits(bits: Bits, others: Bits): void {
  for (let word = 0; word < bits.length; word++) bits[word] = (bits[word] ?? 0) | (others[word] ?? 0)
}

export function keepBits(bits: Bits, others: Bits): void {
  for (let word = 0; word < bits.length; word++) bits[word] = (bits[word] ?? 0) & (others[word] ?? 0)
}

export function removeBits(bits: Bits, others: Bits): void {
  for (let word = 0; word < bits.length; word++) bits[word] = (bits[word] ?? 0) & ~(others[word] ?? 0)
}

/** What was in it goes, what was not comes. */
export function invertBits(bits: Bits, limit: number): void {
  for (let word = 0; word < bits.length; word++) bits[word] = ~(bits[word] ?? 0)
  const rest = limit & 31
  if (rest !== 0) bits[bits.length - 1] = (bits[bits.length - 1] ?? 0) & (2 ** rest - 1)
}

/** In ascending order. */
export function forEachBit(bits: Bits, visit: (number: number) => void): void {
  for (let word = 0; word < bits.length; word++)
    for (let left = bits[word] ?? 0; left !== 0; left &= left - 1) visit(word * 32 + 31 - Math.clz32(left & -left))
}
