/** `npm run conformance`: prints for each file of the corpus how many of its facts hold; fails when one does not. */

import { checkCorpus } from './check-corpus.ts'
import { corpusFolder } from './corpus.ts'
import { printTally } from './judgement.ts'

if (corpusFolder === undefined) {
  console.error('RAMPART_CONFORMANCE_DIR names no folder: set it to the one that holds the facts')
  process.exitCode = 2
} else {
  const tallies = checkCorpus()
  console.log(tallies.map(printTally).join('\n'))
  if (tallies.some(({ failed, needless }) => failed.length + needless.length > 0)) process.exitCode = 1
}
