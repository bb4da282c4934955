/** A firewall as text -> its policies as text, for tests of single rules. */

import { importPolicy } from '../../src/pipeline.ts'

export interface ImportedText {
  /** Of all policies, in their order, one a line: `Allow {"protocol":"TCP"}`, with the name of the policy before the first. */
  readonly rules: readonly string[]
  readonly losses: readonly string[]
}

export function importText(...texts: readonly string[]): ImportedText {
  const sources = texts.map((text, at) => ({ path: `file${at + 1}`, text }))
  const imported = importPolicy({ sources, type: undefined, host: 'h', facts: undefined, routes: undefined })
  if (typeof imported === 'string') throw new Error(imported)
  const policies = imported.files.filter(({ path }) => path.startsWith('policies/')).map(({ text }) => text)
  return {
    rules: policies.join('---\n').split('---\n').flatMap(rulesOf),
    losses: imported.losses.map(
      ({ effect, reason, span }) => `${effect}${span === undefined ? '' : ` ${lineOf(span)}`}: ${reason}`,
    ),
  }
}

function lineOf({ source, start }: { readonly source: { readonly text: string }; readonly start: number }): number {
  return source.text.slice(0, start).split('\n').length
}

/** Each rule's lines joined, without remarks. */
function rulesOf(text: string): readonly string[] {
  const name = /^ {2}name: (\S+)$/m.exec(text)?.[1] ?? ''
  const lines = text.split('\n').filter((line) => !line.trimStart().startsWith('#'))
  const body = lines.slice(lines.findIndex((line) => /^ {2}(in|e)gress:$/.test(line)) + 1)
  const rules = body
    .join('\n')
    .split(/^ {4}- /m)
    .filter((rule) => rule.trim() !== '')
  return rules.map((rule) => `${name}: ${rule.trim().replaceAll(/\s+/g, ' ').replace('action: ', '')}`)
}
