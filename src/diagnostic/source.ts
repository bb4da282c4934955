/** Source text with positions: what a diagnostic points at. */

export interface Source {
  /** Path inside the policy repository, with forward slashes; or a name such as `--facts host.json`. */
  readonly path: string
  readonly text: string
}

/** Offsets in UTF-16 units; `end` is exclusive and never before `start`. */
export interface Span {
  readonly source: Source
  readonly start: number
  readonly end: number
}

/** Line and column count from 1; a column counts UTF-16 units. */
export interface Position {
  readonly line: number
  readonly column: number
}

const lineStarts = new WeakMap<Source, readonly number[]>()

/** Where a span starts. The line index of a source is computed once and kept as long as the source lives. */
export function positionOf(span: Span): Position {
  const starts = startsOf(span.source)
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= span.start) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: span.start - (starts[low] ?? 0) + 1 }
}

/** Where a span ends, blank ends left out: the place behind its last character. */
export function endOf({ source, start, end }: Span): Position {
  const length = source.text.slice(start, end).trimEnd().length
  return positionOf({ source, start: start + length, end })
}

/** The text of one line, without its line break. @param line counts from 1; '' past the end */
export function lineOf(source: Source, line: number): string {
  const starts = startsOf(source)
  const start = starts[line - 1]
  if (start === undefined) return ''
  return source.text.slice(start, starts[line]).replace(/\r?\n$/, '')
}

function startsOf(source: Source): readonly number[] {
  const known = lineStarts.get(source)
  if (known !== undefined) return known
  const starts = [0]
  for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1)) starts.push(at + 1)
  lineStarts.set(source, starts)
  return starts
}
