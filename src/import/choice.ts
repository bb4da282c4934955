/** Some of the things there are, or all but some. */

export interface Choice<T> {
  readonly of: readonly T[]
  /** All but these. */
  readonly negated: boolean
}

export function choose<T>(...of: readonly T[]): Choice<T> {
  return { of, negated: false }
}

export function complement<T>({ of, negated }: Choice<T>): Choice<T> {
  return { of, negated: !negated }
}

export function intersect<T>(a: Choice<T>, b: Choice<T>): Choice<T> {
  if (a.negated && b.negated) return { of: [...new Set([...a.of, ...b.of])], negated: true }
  if (a.negated) return intersect(b, a)
  return { of: a.of.filter((one) => b.of.includes(one) !== b.negated), negated: false }
}

export function includes<T>({ of, negated }: Choice<T>, one: T): boolean {
  return of.includes(one) !== negated
}

/** Of kinds without an end, all but some are never none. */
export function isEmptyChoice<T>({ of, negated }: Choice<T>): boolean {
  return of.length === 0 && !negated
}
