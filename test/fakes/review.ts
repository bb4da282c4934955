/** Reviews a policy repository to its end, for tests that look at single findings. */

import { type PolicyReview, reviewPolicy } from '../../src/pipeline/review-policy.ts'
import type { RepositoryFile } from '../../src/repository/revision.ts'
import { resultOf } from './result-of.ts'

export function review(files: readonly RepositoryFile[]): PolicyReview {
  return resultOf(reviewPolicy(files, new Date('2030-01-01T00:00:00Z')))
}
