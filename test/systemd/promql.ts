/** As much of PromQL as its writers get wrong: brackets, and which metrics and labels an expression names. */

export interface NamedInQuery {
  /** With the labels that stand in the braces after it. */
  readonly metrics: readonly { readonly name: string; readonly labels: readonly string[] }[]
  /** Of `by`, `without`, `on` and `ignoring`. */
  readonly grouping: readonly string[]
}

export function namesIn(query: string): NamedInQuery {
  const text = withoutStrings(query)
  const metrics = [...text.matchAll(/\b(rampart_\w+|up)\b(?!\s*\()\s*(?:\{([^}]*)\})?/g)].map(
    ([, name = '', inside = '']) => ({
      name,
      labels: inside.split(',').flatMap((matcher) => /^\s*(\w+)\s*(?:=~|!~|!=|=)\s*""\s*$/.exec(matcher)?.[1] ?? []),
    }),
  )
  const grouping = [...text.matchAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g)].flatMap(([, inside = '']) =>
    inside.split(',').map((label) => label.trim()),
  )
  return { metrics, grouping }
}

/** Undefined when every bracket is closed by its like. */
export function bracketFault(query: string): string | undefined {
  const open: string[] = []
  for (const character of withoutStrings(query)) {
    const closing = { '(': ')', '[': ']', '{': '}' }[character]
    if (closing !== undefined) open.push(closing)
    else if (/[)\]}]/.test(character) && open.pop() !== character) return `a ${character} closes nothing`
  }
  return open.length === 0 ? undefined : `a ${open.at(-1)} is missing`
}

function withoutStrings(query: string): string {
  return query.replace(/"(?:[^"\\]|\\.)*"/g, '""')
}
