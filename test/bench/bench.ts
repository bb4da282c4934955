/**
 * `npm run bench`: what the built program and its agent cost, each figure beside what plain tools need for the same, and whether the
 * targets are met. Needs root; works in network namespaces of its own, and leaves nothing behind but what it is told to write.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, release } from 'node:os'
import { fileURLToPath } from 'node:url'
import { kernelAvailable } from '../fakes/kernel.ts'
import { type BenchOptions, readBenchOptions, usage } from './bench-options.ts'
import type { Measurement, Taken } from './measurement.ts'
import { measurements } from './measurements.ts'
import { printReport, printSection, printVerdicts } from './print-report.ts'
import { withReport } from './readme-report.ts'
import { timeProgram } from './time-program.ts'
import { setUpWorkbench } from './workbench.ts'

interface Result {
  readonly measurement: Measurement
  readonly taken: Taken
}

async function main(words: readonly string[]): Promise<number> {
  const names = measurements.map(({ name }) => name)
  const options = readBenchOptions(words, names)
  if (typeof options === 'string') return complain(`${options}\n${usage}`)
  const kernel = kernelAvailable()
  if (!kernel.ok) return complain(kernel.reason)
  const machine = await describeMachine(options.runs)
  console.log(`${machine}\n`)
  const results = await takeAll(options)
  const sections = results.map(({ measurement, taken }) => ({ ...taken, about: measurement.about }))
  console.log(printVerdicts(sections))
  if (options.jsonFile !== undefined)
    writeFileSync(
      options.jsonFile,
      `${JSON.stringify({ machine, sections: sections.map(({ about, figures }) => ({ about, figures })) }, undefined, 2)}\n`,
    )
  if (options.target === 'readme') {
    for (const { file, svg } of sections.flatMap(({ pictures }) => pictures))
      writeFileSync(new URL(file, import.meta.url), svg)
    const readme = fileURLToPath(new URL('../../README.md', import.meta.url))
    writeFileSync(readme, withReport(readFileSync(readme, 'utf8'), printReport(machine, sections)))
  }
  return 0
}

async function takeAll(options: BenchOptions): Promise<readonly Result[]> {
  const workbench = await setUpWorkbench()
  const results: Result[] = []
  for (const measurement of measurements.filter(({ name }) => options.only.includes(name))) {
    const startedMs = performance.now()
    const taken = await measurement.take(workbench, options)
    results.push({ measurement, taken })
    const seconds = Math.round((performance.now() - startedMs) / 1000)
    console.log(`${measurement.name} (${seconds} s)\n\n${taken.details}`)
    console.log(printSection({ ...taken, about: measurement.about }))
  }
  return results
}

async function describeMachine(runs: number): Promise<string> {
  const nft = (await timeProgram(['nft', '--version'])).stdout.trim().split(' ').slice(0, 2).join(' ')
  const processor = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}`
  return `Medians of ${runs} rounds on ${processor}, Linux ${release()}, Node ${process.version}, ${nft}.`
}

function complain(message: string): number {
  console.error(`bench: ${message}`)
  return 1
}

process.exitCode = await main(process.argv.slice(2))
