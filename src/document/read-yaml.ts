/** Reads a YAML text into located documents, refusing every construct by which a text means something else than it seems to. */

import { type Document, isScalar, type ParsedNode, parseAllDocuments } from 'yaml'
import type { Checked, Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Source } from '../diagnostic/source.ts'
import { leaveOutAddresses } from './leave-out-addresses.ts'
import { locate } from './locate.ts'
import type { LocatedDocument } from './located-document.ts'
import { plainValue } from './plain-value.ts'
import { putAddressesBack } from './put-addresses-back.ts'
import { yamlFaults } from './yaml-faults.ts'

/** The documents in the order they stand; empty ones are left out. Lists are not unfolded. */
export function readYaml(source: Source): Checked<readonly LocatedDocument[]> {
  return readShort(source) ?? readWhole(source)
}

/** As readYaml(), whatever the length of a list. */
export function readWhole(source: Source): Checked<readonly LocatedDocument[]> {
  return readDocuments(parse(source.text), source)
}

/** Without long lists of addresses, which take the parser a second or more. undefined where there are none, or anything is wrong. */
function readShort(source: Source): Checked<readonly LocatedDocument[]> | undefined {
  const short = leaveOutAddresses(source.text)
  if (short === undefined) return undefined
  const parsed = parse(short.text)
  if (!putAddressesBack(parsed, short.runs, source.text)) return undefined
  const read = readDocuments(parsed, source)
  return read.diagnostics.length === 0 ? read : undefined
}

function parse(text: string): readonly Document.Parsed[] {
  const parsed = parseAllDocuments(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    strict: true,
    // yaml's own check compares every pair of keys; plain-value does it with a map
    uniqueKeys: false,
    resolveKnownTags: false,
    customTags: [],
    prettyErrors: false,
  })
  return Array.isArray(parsed) ? parsed : []
}

function readDocuments(parsed: readonly Document.Parsed[], source: Source): Checked<readonly LocatedDocument[]> {
  const documents: LocatedDocument[] = []
  const diagnostics: Diagnostic[] = []
  for (const document of parsed) {
    const node: ParsedNode | null = document.contents
    const plain = plainValue(node, source)
    const faults = oneEachLine([...yamlFaults(document, source), ...plain.traps])
    for (const fault of faults) diagnostics.push(fault)
    const isEmpty = node === null || (isScalar(node) && node.value === null)
    const damaged = faults.length > 0
    if (!isEmpty) documents.push(locate({ source, node, value: damaged ? undefined : plain.value, damaged }))
  }
  return { value: documents, diagnostics }
}

/** One mistake often looks like several to a YAML reader, such as `!has(a) && b`: a tag, an anchor and an empty value. */
function oneEachLine(faults: readonly Diagnostic[]): readonly Diagnostic[] {
  if (faults.length < 2) return faults
  const seen = new Set<number>()
  return faults.filter(({ span }) => {
    if (span === undefined) return true
    const line = span.source.text.lastIndexOf('\n', span.start - 1)
    return !seen.has(line) && seen.add(line)
  })
}
