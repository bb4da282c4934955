/** How a house rule fails: with every place at once. */

/** @param violations `file:line: what is wrong` each */
export function assertNone(violations: readonly string[]): void {
  if (violations.length === 0) return
  const error = new Error([`${violations.length} against the house rules:`, ...violations].join('\n      '))
  // The places matter, not where the rule was checked
  error.stack = ''
  throw error
}
