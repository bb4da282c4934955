/** What the YAML reader itself found wrong with a document, in our words. */

import { type Document, visit, type YAMLParseError, type YAMLWarning } from 'yaml'
import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { lineOf, positionOf, type Source, type Span } from '../diagnostic/source.ts'

/** For text that was meant for a template engine such as Helm's. */
export const templateMessage = 'the line holds {{, as templates do: commit what the template engine makes of it'

/** Tags first, then only the first syntax error: the others mostly follow from it. */
export function yamlFaults(document: Document.Parsed, source: Source): readonly Diagnostic[] {
  const faults = document.warnings.map((warning) => tagFault(warning, source))
  if (document.directives?.yaml.explicit === true) {
    const start = Math.max(0, source.text.lastIndexOf('%YAML', document.range[0]))
    const span = { source, start, end: start + '%YAML'.length }
    faults.push(
      diagnose('yaml-directive', { message: 'a %YAML directive changes how the file is read: remove the line', span }),
    )
  }
  const [first] = document.errors
  return first === undefined ? faults : [...faults, syntaxFault(first, document, source)]
}

function tagFault(warning: YAMLWarning, source: Source): Diagnostic {
  const span = spanAt(warning.pos, source)
  const word = textOf(span)
  if (warning.code !== 'TAG_RESOLVE_FAILED')
    return diagnose('yaml-syntax', { message: lowerFirst(warning.message), span })
  const message = `${quote(word)} is a tag in YAML, not a value: put the whole value in quotes, as "${word} ..."`
  const complete = /^!\w+\(.*\)$/.test(word) ? message.replace(' ..."', '"') : message
  return diagnose('yaml-tag', { message: complete, span })
}

function syntaxFault(error: YAMLParseError, document: Document.Parsed, source: Source): Diagnostic {
  const isUnclosed = /closing ["']/.test(error.message)
  const span = spanAt(isUnclosed ? lastText(document) : error.pos, source)
  if (error.code === 'BAD_ALIAS') {
    return diagnose('yaml-alias', { message: 'an unquoted * starts an alias in YAML: write "*" in quotes', span })
  }
  const isTemplate = lineOf(source, positionOf(span).line).includes('{{')
  return diagnose('yaml-syntax', { message: isTemplate ? templateMessage : sentence(error, span), span })
}

function sentence(error: YAMLParseError, span: Span): string {
  const word = textOf(span)
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return 'the line is indented with a tab: YAML is indented with spaces'
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'a second ": " stands in one line or the indentation is wrong: put a value that holds ": " in quotes, and a key on its own line'
    case 'MULTILINE_IMPLICIT_KEY':
      return 'a key spans several lines: a ":" is missing or a line is indented wrongly'
    case 'BAD_SCALAR_START':
      return `an unquoted value cannot start with ${quote(word.slice(0, 1))}: put the value in quotes`
    case 'MISSING_CHAR':
      return error.message.startsWith('Implicit map keys')
        ? `${quote(lineFrom(span))} is not a "key: value" pair: a ":" is missing`
        : missing(error)
    case 'BAD_INDENT':
      return 'the indentation does not fit the lines above: align the line with its neighbours, or close the bracket before it'
    case 'RESOURCE_EXHAUSTION':
      return 'the document is nested too deeply to be a policy'
    case 'BAD_DIRECTIVE':
      return 'a line that starts with % is a directive: remove it'
    default:
      return `not valid YAML: ${lowerFirst(error.message)}`
  }
}

function missing(error: YAMLParseError): string {
  const quoteMark = /closing (["'])/.exec(error.message)?.[1]
  return quoteMark === undefined
    ? `not valid YAML: ${lowerFirst(error.message)}`
    : `the text that starts here has no closing ${quoteMark}: add it`
}

/** An unclosed quote is reported at the end of the file; nobody looks there. The text that has none is the last one. */
function lastText(document: Document.Parsed): readonly [number, number] {
  let last: readonly [number, number] = [0, 0]
  visit(document, {
    Scalar(_, { range }) {
      if (range !== undefined && range !== null) last = [range[0], range[0] + 1]
    },
  })
  return last
}

function spanAt([start, end]: readonly [number, number], source: Source): Span {
  const last = source.text.trimEnd().length
  const from = Math.min(start, last)
  return { source, start: from, end: Math.max(from, Math.min(end, last)) }
}

function textOf(span: Span): string {
  return span.source.text.slice(span.start, span.end)
}

function lineFrom(span: Span): string {
  return /^.*/.exec(span.source.text.slice(span.start, span.start + 60))?.[0]?.trim() ?? ''
}

function quote(text: string): string {
  return JSON.stringify(text)
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1).split('\n', 1)[0]?.replace(/[.:]$/, '')
}
