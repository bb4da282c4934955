/** One line of iptables-save as words, quotes taken off, with what is negated marked. */

export interface IptablesWord {
  readonly text: string
  /** A `!` stood before it. */
  readonly negated: boolean
  readonly quoted: boolean
}

export function iptablesWords(line: string): readonly IptablesWord[] {
  const words: IptablesWord[] = []
  let negated = false
  for (const [whole, inner] of line.matchAll(/"((?:[^"\\]|\\.)*)"|\S+/g)) {
    if (whole === '!') {
      negated = true
      continue
    }
    words.push({ text: inner?.replace(/\\(.)/g, '$1') ?? whole, negated, quoted: inner !== undefined })
    negated = false
  }
  return words
}

export interface IptablesOption {
  /** With its dashes. */
  readonly name: string
  readonly negated: boolean
  readonly values: readonly string[]
}

/** The `!` of old versions stands after the option. */
export function iptablesOptions(words: readonly IptablesWord[]): readonly IptablesOption[] {
  const options: { name: string; negated: boolean; values: string[] }[] = []
  for (const { text, negated, quoted } of words) {
    const last = options.at(-1)
    if (!quoted && /^--?[A-Za-z]/.test(text)) options.push({ name: text, negated, values: [] })
    else if (last !== undefined) {
      last.values.push(text)
      last.negated ||= negated
    }
  }
  return options
}
