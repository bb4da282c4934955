/** Finds what somebody probably meant to write. */

/**
 * The candidate that takes the fewest edits from the word: another letter case counts as nothing, two swapped letters as one edit.
 * Undefined when none is near enough to be meant: more than a third of the letters would change.
 */
export function nearestName(word: string, candidates: Iterable<string>): string | undefined {
  const lower = word.toLowerCase()
  let best: { readonly name: string; readonly edits: number } | undefined
  for (const name of candidates) {
    const limit = Math.min(
      best === undefined ? Number.POSITIVE_INFINITY : best.edits - 1,
      Math.floor(Math.max(word.length, name.length) / 3),
    )
    if (Math.abs(word.length - name.length) > limit || word.length > 80) continue
    const edits = countEdits(lower, name.toLowerCase())
    if (edits <= limit) best = { name, edits }
  }
  return best?.name
}

/**
 * Whether a word is another one with a slip of the fingers in it: one edit, or other letter cases. Short words are often near one another
 * (east, west), and names that differ by a number are meant to.
 */
export function isSlip(word: string, name: string): boolean {
  const [a, b] = [word.toLowerCase(), name.toLowerCase()]
  if (a === b) return word !== name
  if (Math.min(a.length, b.length) < 4 || Math.max(a.length, b.length) < 5 || Math.abs(a.length - b.length) > 1)
    return false
  return withoutDigits(a) !== withoutDigits(b) && countEdits(a, b) === 1
}

function withoutDigits(word: string): string {
  return word.replace(/\d+/g, '')
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function countEdits(a: string, b: string): number {
  let before: readonly number[] = []
  let above: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1
      const at = (list: readonly number[], index: number): number => list[index] ?? 0
      let edits = Math.min(at(above, column) + 1, at(current, column - 1) + 1, at(above, column - 1) + same)
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) edits = Math.min(edits, at(before, column - 2) + 1)
      current.push(edits)
    }
    before = above
    above = current
  }
  return above[b.length] ?? 0
}
