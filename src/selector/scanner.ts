/** The text of a selector while it is read: takes words, texts and signs from the front, keeps the first fault. */

export interface SelectorFault {
  readonly type: 'fault'
  /** One line: what is wrong, the value quoted, a colon, what would be right; no full stop. */
  readonly message: string
  /** Offsets in UTF-16 units of the text; equal when something is missing at that place. */
  readonly start: number
  readonly end: number
}

/** The fields that are not readonly move on while reading; a scanner never leaves readSelector(). */
export interface Scanner {
  readonly text: string
  at: number
  /** How many brackets are open. */
  depth: number
  fault: SelectorFault | undefined
}

/** A run of label characters: a label, or a word of an operator. */
export interface Word {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** Records a fault; later ones are consequences of the first and are dropped. */
export function fail(
  scanner: Scanner,
  place: { readonly start: number; readonly end: number },
  message: string,
): undefined {
  scanner.fault ??= { type: 'fault', message, start: place.start, end: place.end }
  return undefined
}

/** Any ASCII whitespace, where Calico takes space and tab only (behaviour.md DV-15). */
export function skipBlanks(scanner: Scanner): void {
  scanner.at += matchHere(scanner, /[ \t\n\v\f\r]*/y).length
}

/** Takes the sign when the text goes on with it. */
export function takeSign(scanner: Scanner, sign: string): boolean {
  if (!scanner.text.startsWith(sign, scanner.at)) return false
  scanner.at += sign.length
  return true
}

export function takeWord(scanner: Scanner): Word | undefined {
  const start = scanner.at
  const text = matchHere(scanner, /[a-zA-Z0-9_./-]*/y)
  scanner.at += text.length
  return text === '' ? undefined : { text, start, end: scanner.at }
}

/** A text in quotes, without them. */
export function takeQuoted(scanner: Scanner): string | undefined {
  const { text, at: start } = scanner
  const quote = text[start]
  if (quote !== '"' && quote !== "'") {
    const word = upcoming(scanner)
    if (/^[\w./-]/.test(word.text))
      return fail(scanner, word, `value ${quoted(word.text)} has no quotes: write them around it`)
    return fail(scanner, word, `unexpected ${describe(word)}: a value in quotes belongs here`)
  }
  const close = text.indexOf(quote, start + 1)
  if (close === -1) {
    const rest = text.slice(start + 1)
    return fail(scanner, { start, end: text.length }, `value ${quoted(rest)} does not end: close it with ${quote}`)
  }
  scanner.at = close + 1
  return text.slice(start + 1, close)
}

/** What comes next, for a message: a word, a sign of two characters, one character, or nothing at the end. */
export function upcoming(scanner: Scanner): Word {
  const text = matchHere(scanner, /[a-zA-Z0-9_./-]+|&&|\|\||[=!]=|.?/suy)
  return { text, start: scanner.at, end: scanner.at + text.length }
}

export function describe(word: Word): string {
  return word.text === '' ? 'end' : quoted(word.text)
}

/** On one line and short, whatever the text holds. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text)
}

function matchHere(scanner: Scanner, pattern: RegExp): string {
  pattern.lastIndex = scanner.at
  return pattern.exec(scanner.text)?.[0] ?? ''
}
