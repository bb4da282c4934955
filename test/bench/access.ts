/** `npm run bench:access`: how much processor time the difference in access takes for fleets of several sizes; needs neither root nor a kernel. */

import { compareAccess } from '../../src/pipeline/compare-access.ts'
import { readPolicy } from '../../src/pipeline.ts'
import { resultOf } from '../fakes/result-of.ts'
import { generateFleet } from './generate-fleet.ts'

/** Of this process alone: a busy machine does not count. */
function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const policies = 2000
const sizes = process.argv.slice(2).map(Number)

for (const hosts of sizes.length === 0 ? [10, 100, 1000] : sizes) {
  const [base, head] = [0, 1].map((edition) => generateFleet({ hosts, policies, edition }))
  if (base === undefined || head === undefined) throw new Error('two editions were generated')
  const start = processorMs()
  const [before, after] = [base, head].map((files) => readPolicy(files).value)
  const read = processorMs()
  if (before === undefined || after === undefined) throw new Error('two editions were read')
  const { flows } = resultOf(compareAccess({ base: before, head: after, host: undefined, moment: new Date(0) }))
  const end = processorMs()
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`
  console.log(
    `${hosts} hosts, ${policies} policies: read both ${seconds(read - start)}, compare ${seconds(end - read)}, ${flows.length} flows, ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
  )
}
