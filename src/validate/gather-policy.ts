/** Gathers what the files of a revision say into its policy, and finds what is wrong between them. */

import { type Diagnostic, diagnose, hasErrors, inSourceOrder } from '../diagnostic/diagnostic.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { Change } from './definition-list.ts'
import { findAcross } from './find-across.ts'
import { changeLists, emptyLists, type PolicyLists } from './policy-lists.ts'
import { policySetOf } from './policy-set-of.ts'
import type { FileFindings } from './validate-file.ts'

export interface GatheredPolicy {
  /** The same object as before where nothing changed; so is each of its lists. */
  readonly policySet: PolicySet
  /** Of the files themselves and between them, in source order. */
  readonly diagnostics: readonly Diagnostic[]
  readonly lists: PolicyLists
}

/** @param files of the revision, in path order @param change how they differ from those of `before` */
export function gatherPolicy(
  files: readonly FileFindings[],
  change: Change<FileFindings>,
  before: GatheredPolicy | undefined,
): GatheredPolicy {
  const definitions = (of: readonly FileFindings[]) => of.flatMap((file) => file.definitions)
  const lists = changeLists(before?.lists ?? emptyLists, {
    removed: definitions(change.removed),
    added: definitions(change.added),
  })
  const silences = files.flatMap((file) => file.silences)
  const policySet = policySetOf(lists, silences, before?.policySet)
  const found = files.flatMap(({ diagnostics }) => diagnostics)
  const across = [...findNoDocuments(files, found), ...findAcross({ files, lists, policySet })]
  return { policySet, lists, diagnostics: inSourceOrder([...found, ...across]) }
}

function findNoDocuments(files: readonly FileFindings[], found: readonly Diagnostic[]): readonly Diagnostic[] {
  if (files.some(({ documentCount }) => documentCount > 0) || hasErrors(found)) return []
  const place = files.length === 0 ? 'the folder' : `any of ${files.length} files`
  const message = `there is no policy document in ${place}: commit at least one`
  return [diagnose('no-documents', { message, span: undefined })]
}
