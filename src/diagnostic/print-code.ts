/** Prints what `validate --explain` says of a diagnostic code. */

import { catalogue } from './catalogue.ts'
import type { CodeEntry } from './code-entry.ts'
import type { DiagnosticCode } from './diagnostic.ts'

/** Code and severity, the explanation, and where there is one an example. Ends with a line break. */
export function printCode(code: DiagnosticCode): string {
  const { severity, explanation, example }: CodeEntry = catalogue[code]
  const parts = [`${code} (${severity})`, wrap(explanation, 100)]
  if (example !== undefined) parts.push(`wrong:\n${indent(example.wrong)}`, `right:\n${indent(example.right)}`)
  if (severity === 'warning' && code !== 'unused-silence')
    parts.push(`To accept it, on the document or rule that it points at:\n${indent(silence(code))}`)
  return `${parts.join('\n\n')}\n`
}

function silence(code: string): string {
  return `metadata: {annotations: {rampart/allow.${code}: "the reason"}}`
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ')
}

function wrap(text: string, columns: number): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines.join('\n')
}
