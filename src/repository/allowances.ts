/** Reads the `Rampart-Allow` trailers of a commit message: which guards its author overrides. */

/** In lower case and in order; a trailer stands in the last paragraph, as git interprets it, and never in the first. */
export function readAllowances(message: string): readonly string[] {
  const paragraphs = message.trim().split(/\n[ \t]*\n/)
  if (paragraphs.length < 2) return []
  const lines = (paragraphs.at(-1) ?? '').split('\n')
  return lines.flatMap((line) => readAllowList(/^Rampart-Allow[ \t]*:(.*)$/i.exec(line)?.[1] ?? ''))
}

/** `cut-sessions, mass-removal`; also what `--allow` takes. */
export function readAllowList(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => /^[a-z-]{1,40}$/.test(word))
}
