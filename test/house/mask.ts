/** TypeScript text -> the same text with comments, strings and regular expressions blanked, so that words can be looked for in code alone. */

/** The result has the same length and the same line breaks. Code inside `${}` of a template stays. */
export function maskText(text: string): string {
  const masked = text.split('')
  const blank = (from: number, to: number): void => {
    for (let at = from; at < to; at += 1) if (masked[at] !== '\n') masked[at] = ' '
  }
  maskCode({ text, blank }, 0, false)
  return masked.join('')
}

interface Job {
  readonly text: string
  readonly blank: (from: number, to: number) => void
}

/** Reads code up to the end, or up to the brace that closes a template's `${`; gives the offset behind it. */
function maskCode(job: Job, start: number, inTemplate: boolean): number {
  let at = start
  let depth = 0
  let previous = ''
  while (at < job.text.length) {
    const next = maskToken(job, at, previous)
    if (next > at) {
      if (!/^\/[/*]/.test(job.text.slice(at, at + 2))) previous = '"'
      at = next
      continue
    }
    const char = job.text.charAt(at)
    if (char === '{') depth += 1
    if (char === '}' && depth === 0 && inTemplate) return at + 1
    if (char === '}') depth -= 1
    if (/\w/.test(char)) previous = at > start && /\w/.test(job.text.charAt(at - 1)) ? previous + char : char
    else if (/\S/.test(char)) previous = char
    at += 1
  }
  return at
}

/** Blanks the comment, string or regular expression that starts here and gives the offset behind it; the same offset when none does. */
function maskToken(job: Job, at: number, previous: string): number {
  const two = job.text.slice(at, at + 2)
  const char = job.text.charAt(at)
  if (two === '//' || (at === 0 && two === '#!')) return maskUpTo(job, at, indexAfter(job.text, '\n', at) - 1)
  if (two === '/*') return maskUpTo(job, at, indexAfter(job.text, '*/', at + 2))
  if (char === "'" || char === '"') return maskUpTo(job, at, endOfQuoted(job.text, at, char))
  if (char === '`') return maskTemplate(job, at)
  if (char === '/' && startsExpression(previous)) return maskUpTo(job, at, endOfRegularExpression(job.text, at))
  return at
}

function maskUpTo(job: Job, from: number, to: number): number {
  job.blank(from, to)
  return to
}

function indexAfter(text: string, word: string, from: number): number {
  const found = text.indexOf(word, from)
  return found === -1 ? text.length + (word === '\n' ? 1 : 0) : found + word.length
}

function endOfQuoted(text: string, start: number, quote: string): number {
  let at = start + 1
  while (at < text.length && text[at] !== quote) at += text[at] === '\\' ? 2 : 1
  return at + 1
}

function maskTemplate(job: Job, start: number): number {
  let at = start + 1
  let from = start
  while (at < job.text.length && job.text[at] !== '`') {
    if (job.text.startsWith('${', at)) {
      job.blank(from, at + 2)
      at = maskCode(job, at + 2, true)
      from = at - 1
    } else {
      at += job.text[at] === '\\' ? 2 : 1
    }
  }
  job.blank(from, at + 1)
  return at + 1
}

// A slash after a value divides; after an operator, an opening bracket or one of these words it starts a regular expression
function startsExpression(previous: string): boolean {
  return (
    previous === '' ||
    /[(,=:[!&|?{};+\-*%<>~^]$/.test(previous) ||
    /^(return|typeof|case|in|of|yield|await)$/.test(previous)
  )
}

function endOfRegularExpression(text: string, start: number): number {
  let at = start + 1
  let inClass = false
  while (at < text.length && (inClass || text[at] !== '/')) {
    if (text[at] === '[') inClass = true
    if (text[at] === ']') inClass = false
    at += text[at] === '\\' ? 2 : 1
  }
  return at + 1
}
