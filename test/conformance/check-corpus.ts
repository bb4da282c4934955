/** Every file of the corpus that this folder checks. */

import { type Tally, tally } from './judgement.ts'
import { judgeScenarios } from './scenarios.ts'

export function checkCorpus(): readonly Tally[] {
  return [tally('scenarios.json', judgeScenarios())]
}
