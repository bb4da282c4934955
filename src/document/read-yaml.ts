/** Reads a YAML text into located documents, refusing every construct by which a text means something else than it seems to. */

import { type Document, isScalar, type ParsedNode, parseAllDocuments } from 'yaml'
import type { Checked, Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Source } from '../diagnostic/source.ts'
import { findTraps } from './find-traps.ts'
import { locate } from './locate.ts'
import type { LocatedDocument } from './located-document.ts'
import { yamlFaults } from './yaml-faults.ts'

/** The documents in the order they stand; empty ones are left out. Lists are not unfolded. */
export function readYaml(source: Source): Checked<readonly LocatedDocument[]> {
  const parsed = parseAllDocuments(source.text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    strict: true,
    // yaml's own check compares every pair of keys; find-traps does it with a set
    uniqueKeys: false,
    resolveKnownTags: false,
    customTags: [],
    prettyErrors: false,
  })
  const documents: LocatedDocument[] = []
  const diagnostics: Diagnostic[] = []
  for (const document of Array.isArray(parsed) ? parsed : []) {
    const faults = [...yamlFaults(document, source), ...findTraps(document.contents, source)]
    for (const fault of oneEachLine(faults)) diagnostics.push(fault)
    const located = readDocument(document, source, faults)
    if (located !== undefined) documents.push(located)
  }
  return { value: documents, diagnostics }
}

function readDocument(
  document: Document.Parsed,
  source: Source,
  faults: readonly Diagnostic[],
): LocatedDocument | undefined {
  const damaged = faults.length > 0
  const node: ParsedNode | null = document.contents
  if (node === null || (isScalar(node) && node.value === null)) return undefined
  return locate({ source, node, value: damaged ? undefined : document.toJS({ maxAliasCount: 0 }), damaged })
}

/** One mistake often looks like several to a YAML reader, such as `!has(a) && b`: a tag, an anchor and an empty value. */
function oneEachLine(faults: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<number>()
  return faults.filter(({ span }) => {
    if (span === undefined) return true
    const line = span.source.text.lastIndexOf('\n', span.start - 1)
    return !seen.has(line) && seen.add(line)
  })
}
