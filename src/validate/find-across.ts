/** Finds what is wrong between the documents of a revision, each of which may be right by itself. */

import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { givenNames } from './given-names.ts'
import { findMissingReferences } from './missing-references.ts'
import type { PolicyLists } from './policy-lists.ts'
import { findTestsWithoutHosts, findUnknownTestHosts } from './unknown-test-hosts.ts'
import { findUntrackedStarEndpoints } from './untracked-star-endpoints.ts'
import type { UsedNames } from './used-names.ts'
import type { FileFindings } from './validate-file.ts'

export interface WholeRevision {
  readonly files: readonly FileFindings[]
  /** Those of them that say more than what they define and use. */
  readonly notable: readonly FileFindings[]
  readonly used: UsedNames
  readonly lists: PolicyLists
  readonly policySet: PolicySet
}

/** In no particular order. */
export function findAcross({ files, notable, used, lists, policySet }: WholeRevision): readonly Diagnostic[] {
  const given = givenNames(notable, lists)
  return [
    ...Object.values(lists).flatMap(({ duplicates }) => duplicates),
    ...findMissingReferences(files, used, given),
    ...findUntrackedStarEndpoints(policySet),
    ...findUnknownTestHosts(policySet, given),
    ...findTestsWithoutHosts(policySet),
  ]
}
