/** Prints diagnostics as SARIF 2.1.0, the form in which forges take findings of static analysis. */

import { createHash } from 'node:crypto'
import { catalogue } from './catalogue.ts'
import type { CodeEntry } from './code-entry.ts'
import type { Diagnostic, DiagnosticCode } from './diagnostic.ts'
import { endOf, lineOf, positionOf, type Span } from './source.ts'

export interface SarifInput {
  /** In source order, those that are silenced among them. */
  readonly findings: readonly SarifFinding[]
  /** Leads from the root of the repository to the policy: '' or with a slash at the end. */
  readonly prefix: string
  readonly version: string
}

export interface SarifFinding {
  readonly diagnostic: Diagnostic
  /** Why it is accepted; undefined when it is not. */
  readonly reason: string | undefined
}

/** @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export function toSarif({ findings, prefix, version }: SarifInput): object {
  const codes = [...new Set(findings.map(({ diagnostic }) => diagnostic.code))].sort()
  const ordinalOf = ordinals()
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'rampart', semanticVersion: version, rules: codes.map(toRule) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map(({ diagnostic, reason }) => ({
          ...toResult(diagnostic, { codes, prefix }),
          partialFingerprints: { 'rampartLine/v1': fingerprintOf(diagnostic, ordinalOf) },
          ...(reason === undefined ? {} : { suppressions: [{ kind: 'inSource', justification: reason }] }),
        })),
      },
    ],
  }
}

function toRule(code: DiagnosticCode): object {
  const { severity, explanation, example }: CodeEntry = catalogue[code]
  const fences = example && [`wrong:\n\n${fence(example.wrong)}`, `right:\n\n${fence(example.right)}`]
  return {
    id: code,
    shortDescription: { text: firstSentence(explanation) },
    fullDescription: { text: explanation },
    help: { text: explanation, markdown: [explanation, ...(fences ?? [])].join('\n\n') },
    defaultConfiguration: { level: severity },
  }
}

function fence(yaml: string): string {
  return `\`\`\`yaml\n${yaml}\n\`\`\``
}

export function firstSentence(explanation: string): string {
  return /^.*?\.(?= [A-Z(]|$)/s.exec(explanation)?.[0] ?? explanation
}

interface Frame {
  readonly codes: readonly DiagnosticCode[]
  readonly prefix: string
}

function toResult({ code, severity, message, span, notes }: Diagnostic, { codes, prefix }: Frame): object {
  const related = notes.map((note, id) => ({ id, message: { text: note.message }, ...locate(note.span, prefix) }))
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: message },
    ...(span === undefined ? {} : { locations: [locate(span, prefix)] }),
    ...(related.length === 0 ? {} : { relatedLocations: related }),
  }
}

function locate(span: Span, prefix: string): object {
  const start = positionOf(span)
  const end = endOf(span)
  const uri = `${prefix}${span.source.path}`.split('/').map(encodeURIComponent).join('/')
  return {
    physicalLocation: {
      artifactLocation: { uri, uriBaseId: '%SRCROOT%' },
      region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
    },
  }
}

/**
 * The same for the same finding after lines moved: from its code, its file and the text of its line, and for several such alike their
 * number.
 */
function fingerprintOf({ code, span }: Diagnostic, ordinalOf: (key: string) => number): string {
  const line = span === undefined ? '' : lineOf(span.source, positionOf(span).line).trim()
  const key = JSON.stringify([code, span?.source.path ?? '', line])
  return `${createHash('sha256').update(key).digest('hex').slice(0, 32)}:${ordinalOf(key)}`
}

/** Counts from 1, each key by itself. */
function ordinals(): (key: string) => number {
  const seen = new Map<string, number>()
  return (key) => {
    const ordinal = (seen.get(key) ?? 0) + 1
    seen.set(key, ordinal)
    return ordinal
  }
}
