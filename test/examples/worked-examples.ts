/** The worked examples of behaviour.md section 10, with section 12 applied. */

import { endpointExamples } from './endpoint-examples.ts'
import { forwardExamples } from './forward-examples.ts'
import type { WorkedExample } from './resources.ts'
import { ruleExamples } from './rule-examples.ts'
import { starExamples } from './star-examples.ts'

/** In the order of the specification. */
export const workedExamples: readonly WorkedExample[] = [
  ...endpointExamples,
  ...forwardExamples,
  ...starExamples,
  ...ruleExamples,
]
