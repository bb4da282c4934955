/** The lines of a text, each with its place. */

import type { Source, Span } from '../diagnostic/source.ts'

export function eachLine(source: Source): readonly { readonly line: string; readonly span: Span }[] {
  let start = 0
  return source.text.split('\n').map((line) => {
    const span = { source, start, end: start + line.length }
    start += line.length + 1
    return { line, span }
  })
}
