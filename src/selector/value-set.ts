/** The values of an `in` or `not in` in canonical order: sorted by UTF-8 bytes, without duplicates. */
export function valueSet(values: Iterable<string>): readonly string[] {
  return [...new Set(values)].sort(compareUtf8)
}

/** The order of the UTF-8 bytes, which is the order of the code points. */
function compareUtf8(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  for (let at = 0; at < shorter; at++) {
    const difference = rank(a.charCodeAt(at)) - rank(b.charCodeAt(at))
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** UTF-16 puts surrogates, which stand for U+10000 and above, below U+E000 to U+FFFF: swap the two ranges. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}
