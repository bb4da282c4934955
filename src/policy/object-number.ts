/** A number for each object: equal numbers, the same object. It tells lists apart by what they hold without comparing it. */

const numbers = new WeakMap<object, number>()
let last = 0

/** From 1; the same as long as the process runs. */
export function objectNumber(object: object): number {
  const known = numbers.get(object)
  if (known !== undefined) return known
  last++
  numbers.set(object, last)
  return last
}
