/** Reviews a policy repository to its end, for tests that look at single findings. */

import { type PolicyReview, reviewPolicy } from '../../src/pipeline/review-policy.ts'
import type { RepositoryFile } from '../../src/repository/revision.ts'

export function review(files: readonly RepositoryFile[]): PolicyReview {
  const steps = reviewPolicy(files, new Date('2030-01-01T00:00:00Z'))
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}
