/** Finds where a character of a YAML text value stands in the file. */

import { isScalar, type ParsedNode } from 'yaml'

/** Offset into the file of an offset into the value; undefined where the two do not run in parallel (folded or block text). */
export function sourceOffset(node: ParsedNode, text: string, offset: number): number | undefined {
  if (!isScalar(node) || typeof node.value !== 'string') return undefined
  const [start, end] = node.range
  const written = text.slice(start, end)
  if (written.includes('\n')) return undefined
  switch (node.type) {
    case 'PLAIN':
      return start + offset
    case 'QUOTE_SINGLE':
      return start + 1 + writtenLength(written.slice(1), { offset, unit: /''|./y })
    case 'QUOTE_DOUBLE':
      return start + 1 + writtenLength(written.slice(1), { offset, unit: /\\x..|\\u.{4}|\\U.{8}|\\.|./y })
    default:
      return undefined
  }
}

/** How many characters the first `offset` characters of a value take as written, each by `unit`. */
function writtenLength(written: string, { offset, unit }: { readonly offset: number; readonly unit: RegExp }): number {
  let length = 0
  for (let read = 0; read < offset && length < written.length; read++) {
    unit.lastIndex = length
    length += unit.exec(written)?.[0].length ?? 1
  }
  return length
}
