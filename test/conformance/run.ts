/** `npm run conformance`: prints for each file of the corpus how many of its facts hold; fails when one does not. */

import { checkCorpus } from './check-corpus.ts'
import { corpusFolder } from './corpus.ts'
import { printDeviations, printTally } from './judgement.ts'

if (corpusFolder === undefined) {
  console.error('RAMPART_CONFORMANCE_DIR names no folder: set it to the one that holds the facts')
  process.exitCode = 2
} else {
  const tallies = checkCorpus()
  console.log(tallies.map(printTally).join('\n'))
  console.log(printDeviations(tallies))
  const needless = tallies.flatMap((one) => one.needless)
  if (needless.length > 0) console.log(`no longer deviations: ${needless.join(', ')}`)
  if (tallies.some(({ failed }) => failed.length > 0) || needless.length > 0) process.exitCode = 1
}
