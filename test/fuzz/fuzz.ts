/**
 * `npm run fuzz`: random policies and packets before the specification, the evaluator and, as root, the kernel, for as long as
 * it is told. Ends with 1 at the first disagreement.
 */

import { kernelAvailable } from '../fakes/kernel.ts'
import { InjectionLab } from '../kernel/injection-lab.ts'
import { randomLabPlan } from '../kernel/lab-plans.ts'
import { readFuzzOptions, usage } from './fuzz-options.ts'
import { fuzzPolicies } from './fuzz-policies.ts'

async function main(words: readonly string[]): Promise<number> {
  const options = readFuzzOptions(words)
  if (typeof options === 'string') {
    console.error(`fuzz: ${options}\n${usage}`)
    return 2
  }
  const kernel = kernelAvailable()
  console.log(`seed ${options.seed} from policy ${options.from}, for ${options.minutes} min`)
  if (!kernel.ok) console.log(`without the kernel: ${kernel.reason}`)
  const lab = kernel.ok ? new InjectionLab(randomLabPlan) : undefined
  try {
    const dispute = await fuzzPolicies({ ...options, lab, onProgress: (line) => console.log(line) })
    if (dispute !== undefined) console.error(dispute)
    return dispute === undefined ? 0 : 1
  } finally {
    lab?.remove()
  }
}

process.exitCode = await main(process.argv.slice(2))
