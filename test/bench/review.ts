/**
 * `npm run bench:review`: how much processor time a review takes for fleets of several sizes: `validate` with a policy test for
 * each role, and `diff` over all hosts. Needs neither root nor a kernel. Arguments: numbers of hosts.
 */

import { hasErrors } from '../../src/diagnostic/diagnostic.ts'
import { compareAccess } from '../../src/pipeline/compare-access.ts'
import { reviewPolicy } from '../../src/pipeline/review-policy.ts'
import { readPolicy } from '../../src/pipeline.ts'
import { resultOf } from '../fakes/result-of.ts'
import { generateFleet } from './generate-fleet.ts'

const policies = 2000
const moment = new Date(0)
const words = process.argv.slice(2).map(Number)

for (const hosts of words.length === 0 ? [10, 100, 1000] : words) {
  const [base, head] = [0, 1].map((edition) => generateFleet({ hosts, policies, edition }))
  if (base === undefined || head === undefined) throw new Error('two editions were generated')
  const validate = timed(() => resultOf(reviewPolicy(base, moment)))
  // a fleet of few hosts leaves roles, and so tests and policies, without any
  if (hosts >= 100 && hasErrors(validate.value.diagnostics)) throw new Error('the fleet is valid, and its tests hold')
  const read = timed(() => ({ base: readPolicy(base).value, head: readPolicy(head).value }))
  const diff = timed(() => resultOf(compareAccess({ ...read.value, host: undefined, moment })))
  const figures = [
    `validate ${validate.seconds}`,
    `read both revisions ${read.seconds}, diff ${diff.seconds} (${diff.value.flows.length} flows)`,
    `${Math.round(process.memoryUsage().rss / 1e6)} MB`,
  ]
  console.log(`${hosts} hosts, ${policies} policies: ${figures.join(', ')}`)
}

/** Of this process alone: a busy machine does not count. */
function timed<T>(work: () => T): { readonly value: T; readonly seconds: string } {
  const start = process.cpuUsage()
  const value = work()
  const { user, system } = process.cpuUsage(start)
  return { value, seconds: `${((user + system) / 1e6).toFixed(2)} s` }
}
