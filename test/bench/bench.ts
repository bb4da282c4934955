/**
 * `npm run bench`: what the built program and its agent cost, each figure beside what plain tools need for the same, and whether the
 * targets are met. Needs root; works in network namespaces of its own, and leaves nothing behind but what it is told to write.
 */

import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { kernelAvailable } from '../fakes/kernel.ts'
import { type BenchOptions, readBenchOptions, usage } from './bench-options.ts'
import { apply } from './measure-apply.ts'
import { change } from './measure-change.ts'
import { drift } from './measure-drift.ts'
import type { Measurement, Taken } from './measurement.ts'
import { printFigures } from './print-figures.ts'
import { timeProgram } from './time-program.ts'
import { setUpWorkbench } from './workbench.ts'

/** In the order of the table. */
const measurements: readonly Measurement[] = [apply, change, drift]

async function main(words: readonly string[]): Promise<number> {
  const names = measurements.map(({ name }) => name)
  const options = readBenchOptions(words, names)
  if (typeof options === 'string') return complain(`${options}\n${usage}`)
  const kernel = kernelAvailable()
  if (!kernel.ok) return complain(kernel.reason)
  const machine = await describeMachine()
  console.log(`${machine}\n`)
  const taken = await takeAll(options)
  const figures = taken.flatMap((one) => one.figures)
  console.log(printFigures(figures))
  if (options.jsonFile !== undefined)
    writeFileSync(options.jsonFile, `${JSON.stringify({ machine, figures }, undefined, 2)}\n`)
  return 0
}

async function takeAll(options: BenchOptions): Promise<readonly Taken[]> {
  const workbench = await setUpWorkbench()
  const taken: Taken[] = []
  for (const measurement of measurements.filter(({ name }) => options.only.includes(name))) {
    const startedMs = performance.now()
    const one = await measurement.take(workbench, options)
    taken.push(one)
    console.log(`${measurement.name}: ${Math.round((performance.now() - startedMs) / 1000)} s`)
    console.log(`${one.details}\n${printFigures(one.figures)}`)
  }
  return taken
}

async function describeMachine(): Promise<string> {
  const nft = (await timeProgram(['nft', '--version'])).stdout.trim().split(' ').slice(0, 2).join(' ')
  return `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}, ${nft}`
}

function complain(message: string): number {
  console.error(`bench: ${message}`)
  return 1
}

process.exitCode = await main(process.argv.slice(2))
