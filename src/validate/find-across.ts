/** Finds what is wrong between the documents of a revision, each of which may be right by itself. */

import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { givenNames } from './given-names.ts'
import { findMissingReferences } from './missing-references.ts'
import type { PolicyLists } from './policy-lists.ts'
import { findTestsWithoutHosts, findUnknownTestHosts } from './unknown-test-hosts.ts'
import { findUntrackedStarEndpoints } from './untracked-star-endpoints.ts'
import type { FileFindings } from './validate-file.ts'

export interface WholeRevision {
  readonly files: readonly FileFindings[]
  readonly lists: PolicyLists
  readonly policySet: PolicySet
}

/** In no particular order. */
export function findAcross({ files, lists, policySet }: WholeRevision): readonly Diagnostic[] {
  const given = givenNames(files, lists)
  return [
    ...Object.values(lists).flatMap(({ duplicates }) => duplicates),
    ...findMissingReferences(files, given),
    ...findUntrackedStarEndpoints(policySet),
    ...findUnknownTestHosts(policySet, given),
    ...findTestsWithoutHosts(policySet),
  ]
}
