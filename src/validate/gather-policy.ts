/** Gathers what the files of a revision say into its policy, and finds what is wrong between them. */

import { type Diagnostic, diagnose, hasErrors, inSourceOrder } from '../diagnostic/diagnostic.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import type { Change } from './definition-list.ts'
import { findAcross } from './find-across.ts'
import { changeLists, emptyLists, type PolicyLists } from './policy-lists.ts'
import { policySetOf } from './policy-set-of.ts'
import { changeNames, noNames, type UsedNames } from './used-names.ts'
import type { FileFindings } from './validate-file.ts'

export interface GatheredPolicy {
  /** The same object as before where nothing changed; so is each of its lists. */
  readonly policySet: PolicySet
  /** Of the files themselves and between them, in source order. */
  readonly diagnostics: readonly Diagnostic[]
  readonly lists: PolicyLists
  readonly used: UsedNames
  /** The files that say more than what they define and use: few. */
  readonly notable: readonly FileFindings[]
}

/** @param files of the revision, in path order @param change how they differ from those of `before` */
export function gatherPolicy(
  files: readonly FileFindings[],
  change: Change<FileFindings>,
  before: GatheredPolicy | undefined,
): GatheredPolicy {
  const { removed, added } = change
  const definitions = (of: readonly FileFindings[]) => of.flatMap((file) => file.definitions)
  const references = (of: readonly FileFindings[]) => of.flatMap((file) => file.references)
  const lists = changeLists(before?.lists ?? emptyLists, {
    removed: definitions(removed),
    added: definitions(added),
  })
  const used = changeNames(before?.used ?? noNames, { removed: references(removed), added: references(added) })
  const isSame = before !== undefined && ![...removed, ...added].some(isNotable)
  const notable = isSame ? before.notable : files.filter(isNotable)
  const silences = notable.flatMap((file) => file.silences)
  const policySet = policySetOf(lists, silences, before?.policySet)
  const found = notable.flatMap(({ diagnostics }) => diagnostics)
  const across = [...findNoDocuments(files, found), ...findAcross({ files, notable, used, lists, policySet })]
  return { policySet, lists, used, notable, diagnostics: inSourceOrder([...found, ...across]) }
}

function isNotable({ diagnostics, looseNames, silences }: FileFindings): boolean {
  return diagnostics.length > 0 || looseNames.length > 0 || silences.length > 0
}

function findNoDocuments(files: readonly FileFindings[], found: readonly Diagnostic[]): readonly Diagnostic[] {
  if (files.some(({ documentCount }) => documentCount > 0) || hasErrors(found)) return []
  const place = files.length === 0 ? 'the folder' : `any of ${files.length} files`
  const message = `there is no policy document in ${place}: commit at least one`
  return [diagnose('no-documents', { message, span: undefined })]
}
