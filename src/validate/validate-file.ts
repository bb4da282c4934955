/** Validates the documents of one file, as far as that needs no other file. */

import { type Diagnostic, hasErrors, inSourceOrder } from '../diagnostic/diagnostic.ts'
import type { LocatedDocument } from '../document/located-document.ts'
import { isPolicyKind } from '../policy/kinds.ts'
import type { Silence } from '../policy/silence.ts'
import { type Definition, unusableDefinition } from './definition.ts'
import { exact } from './exact.ts'
import { type LooseName, looseNamesIn } from './loose-names.ts'
import { readSilences } from './read-silences.ts'
import { type Reference, referencesIn } from './reference.ts'
import { validateDocument } from './validate-document.ts'

/** What a file says by itself: of the YAML that it was read from it keeps nothing but places in the text. */
export interface FileFindings {
  /** In source order. */
  readonly diagnostics: readonly Diagnostic[]
  /** How many documents are ours, whatever their kind. */
  readonly documentCount: number
  /** In the order they stand, as all lists here. */
  readonly definitions: readonly Definition[]
  readonly references: readonly Reference[]
  readonly looseNames: readonly LooseName[]
  readonly silences: readonly Silence[]
}

/** What is faulty is no resource. @param loaded what was found wrong with the file before */
export function validateFile(documents: readonly LocatedDocument[], loaded: readonly Diagnostic[]): FileFindings {
  const draft: Draft = { diagnostics: [...loaded], definitions: [], references: [], looseNames: [], silences: [] }
  for (const document of documents) addDocument(document, draft)
  return {
    diagnostics: exact(inSourceOrder(draft.diagnostics)),
    documentCount: documents.length,
    definitions: exact(draft.definitions),
    references: exact(draft.references),
    looseNames: exact(draft.looseNames),
    silences: exact(draft.silences),
  }
}

interface Draft {
  readonly diagnostics: Diagnostic[]
  readonly definitions: Definition[]
  readonly references: Reference[]
  readonly looseNames: LooseName[]
  readonly silences: Silence[]
}

function addDocument(document: LocatedDocument, draft: Draft): void {
  const { value, diagnostics } = document.damaged ? nothing : validateDocument(document)
  addAll(draft.diagnostics, diagnostics)
  const { kind } = document
  if (kind === undefined || !isPolicyKind(kind)) return
  const resource = hasErrors(diagnostics) ? undefined : value
  const definition = resource ?? unusableDefinition(document, kind)
  if (definition !== undefined) draft.definitions.push(definition)
  if (resource === undefined) addAll(draft.looseNames, looseNamesIn(document, kind))
  addAll(draft.references, referencesIn(document, kind))
  const silences = readSilences(document)
  addAll(draft.silences, silences.value)
  addAll(draft.diagnostics, silences.diagnostics)
}

const nothing = { value: undefined, diagnostics: [] }

/** There may be more than the arguments of one call can hold. */
function addAll<Item>(list: Item[], items: readonly Item[]): void {
  for (const item of items) list.push(item)
}
