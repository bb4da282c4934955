/** A set of paths that can be asked, at once, for what lies above and below another path. */

import type { Path } from '../document/located-document.ts'

export interface PathSet {
  readonly size: number
  /** Whether a path of the set leads to this one or to a part of it. */
  holdsBelow(path: Path): boolean
  /** Whether this path leads through one of the set. */
  holdsAbove(path: Path): boolean
}

export function pathSet(paths: readonly Path[]): PathSet {
  const own = new Set(paths.map(keyOf))
  const above = new Set(paths.flatMap(prefixKeys))
  return {
    size: own.size,
    holdsBelow: (path) => above.has(keyOf(path)),
    holdsAbove: (path) => prefixKeys(path).some((key) => own.has(key)),
  }
}

/** Of the path itself and of every path that leads to it. */
function prefixKeys(path: Path): readonly string[] {
  return path.map((_, index) => keyOf(path.slice(0, index + 1)))
}

function keyOf(path: Path): string {
  return JSON.stringify(path)
}
