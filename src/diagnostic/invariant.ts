/** What cannot be otherwise, unless we made a mistake: the only throw of the pure rooms. */

/** Throws when our own reasoning is wrong; never for bad input or a failing host. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`bug: ${message}`)
}
