/** Finds a part of a plain value. */

import type { Path } from '../document/located-document.ts'

/** Undefined where the path leads nowhere. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, step)
  }
  return value
}

/** As valueAt(), for what should be a list; empty when it is none. */
export function listAt(root: unknown, path: Path): readonly unknown[] {
  const value = valueAt(root, path)
  return Array.isArray(value) ? value : []
}
