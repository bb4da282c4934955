/** Which of some names nobody gives: most are found at once, however many there are to look through. */

export function unfound(wanted: Iterable<string>, given: Iterable<string>): ReadonlySet<string> {
  const left = new Set(wanted)
  if (left.size === 0) return left
  for (const name of given) if (left.delete(name) && left.size === 0) break
  return left
}
