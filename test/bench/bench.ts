/**
 * `npm run bench`: how long the built program takes to apply generated policies, beside nft with the very same rules, and how long
 * its agent takes to repair what somebody else did to them.
 * Needs root; works in network namespaces of its own, and leaves nothing behind but the file of --json.
 */

import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { kernelAvailable } from '../fakes/kernel.ts'
import { readBenchOptions, usage } from './bench-options.ts'
import { type Measurement, measure } from './measure.ts'
import { type DriftMeasurement, measureDrift, printDrift } from './measure-drift.ts'
import { printMeasurement } from './print-measurement.ts'
import { timeProgram } from './time-program.ts'
import { setUpWorkbench } from './workbench.ts'

async function main(words: readonly string[]): Promise<number> {
  const options = readBenchOptions(words)
  if (typeof options === 'string') return complain(`${options}\n${usage}`)
  const kernel = kernelAvailable()
  if (!kernel.ok) return complain(kernel.reason)
  const workbench = await setUpWorkbench()
  const machine = {
    node: process.version,
    nft: (await timeProgram(['nft', '--version'])).stdout.trim(),
    processors: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
  }
  console.log(`Node ${machine.node}, ${machine.nft}, ${machine.processors}\n`)
  const measurements: Measurement[] = []
  const drift: DriftMeasurement[] = []
  for (const variant of options.variants) {
    for (const ruleCount of options.sizes) {
      const measurement = await measure(workbench, { variant, ruleCount }, options.runs)
      measurements.push(measurement)
      console.log(printMeasurement(measurement))
      const repairs = await measureDrift(workbench, { variant, ruleCount }, options.runs)
      drift.push(repairs)
      console.log(printDrift(repairs))
    }
  }
  if (options.jsonFile !== undefined) {
    writeFileSync(options.jsonFile, `${JSON.stringify({ machine, measurements, drift }, undefined, 2)}\n`)
  }
  return 0
}

function complain(message: string): number {
  console.error(`bench: ${message}`)
  return 1
}

process.exitCode = await main(process.argv.slice(2))
