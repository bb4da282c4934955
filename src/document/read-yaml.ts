/** Reads a YAML text into located documents, refusing every construct by which a text means something else than it seems to. */

import { isScalar, type ParsedNode, parseAllDocuments } from 'yaml'
import type { Checked, Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Source } from '../diagnostic/source.ts'
import { locate } from './locate.ts'
import type { LocatedDocument } from './located-document.ts'
import { plainValue } from './plain-value.ts'
import { yamlFaults } from './yaml-faults.ts'

/** The documents in the order they stand; empty ones are left out. Lists are not unfolded. */
export function readYaml(source: Source): Checked<readonly LocatedDocument[]> {
  const parsed = parseAllDocuments(source.text, {
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
  const documents: LocatedDocument[] = []
  const diagnostics: Diagnostic[] = []
  for (const document of Array.isArray(parsed) ? parsed : []) {
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
