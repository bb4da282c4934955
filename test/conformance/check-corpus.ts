/** Every file of the corpus that this folder checks. */

import { judgeFlowtable } from './flowtable.ts'
import { type Tally, tally } from './judgement.ts'
import { judgeMembers } from './members.ts'
import { judgeOrderings } from './orderings.ts'
import { judgeParameters } from './parameters.ts'
import { judgeScenarios } from './scenarios.ts'

export function checkCorpus(): readonly Tally[] {
  return [
    tally('scenarios.json', judgeScenarios()),
    tally('ordering.json', judgeOrderings()),
    tally('ipset.json', judgeMembers('ipset.json')),
    tally('named_ports.json', judgeMembers('named_ports.json')),
    tally('flowtable.json', judgeFlowtable()),
    tally('felix_parameters.json', judgeParameters()),
  ]
}
