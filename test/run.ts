/**
 * The test driver: one process a file, in parallel, each with a time limit. Arguments are files, folders or parts of paths.
 * Its last line is `N passed, N failed, N skipped`; the exit code is 1 when anything failed.
 * RAMPART_TEST_LIMIT: seconds a file may take. CI=true or RAMPART_REQUIRE_KERNEL=1: a test left out for want of a kernel has failed.
 */

import { availableParallelism } from 'node:os'
import { findTestFiles } from './driver/find-test-files.ts'
import { type FileResult, readOutput } from './driver/read-output.ts'
import { endRunningFiles, runFile } from './driver/run-file.ts'

interface FileRun extends FileResult {
  readonly file: string
  readonly durationMs: number
}

const limitMs = Number(process.env.RAMPART_TEST_LIMIT ?? 120) * 1000
const slowMs = 5000
const kernelRequired = process.env.CI === 'true' || process.env.RAMPART_REQUIRE_KERNEL === '1'

async function main(words: readonly string[]): Promise<void> {
  const { files, unknown } = findTestFiles(words)
  for (const word of unknown) console.log(`FAILED: no test file is called "${word}"`)
  if (files.length === 0) console.log('FAILED: there is no test file')
  const waiting = [...files]
  const runs: FileRun[] = []
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) runs.push(await runAndReport(file))
  }
  // one more than there are processors: many tests wait, for a probe, a signal, a second to pass
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, worker))
  const nothing = unknown.length + (files.length === 0 && unknown.length === 0 ? 1 : 0)
  summarize(runs, nothing)
}

async function runAndReport(file: string): Promise<FileRun> {
  const started = performance.now()
  const ending = await runFile(file, limitMs)
  const durationMs = performance.now() - started
  const result = readOutput(ending, { kernelRequired })
  const seconds = `${(durationMs / 1000).toFixed(1)} s`
  if (result.failed === 0) {
    console.log(`passed  ${file} (${result.passed} in ${seconds})`)
  } else {
    console.log(`\n${ending.output.trim()}`)
    console.log(
      `FAILED  ${file} (${result.failed} in ${seconds})${result.fault === undefined ? '' : `: ${result.fault}`}\n`,
    )
  }
  return { ...result, file, durationMs }
}

function summarize(runs: readonly FileRun[], faultsOutside: number): void {
  const slow = runs.filter((run) => run.durationMs > slowMs).sort((left, right) => right.durationMs - left.durationMs)
  for (const run of slow.slice(0, 10)) console.log(`slow    ${run.file}: ${(run.durationMs / 1000).toFixed(1)} s`)
  for (const run of runs.filter((run) => run.failed > 0))
    console.log(`FAILED  ${run.file}${run.fault === undefined ? '' : `: ${run.fault}`}`)
  for (const skip of runs.flatMap((run) => run.skips)) console.log(`SKIPPED ${skip}`)
  const count = (which: 'passed' | 'failed' | 'skipped'): number => runs.reduce((sum, run) => sum + run[which], 0)
  const failed = count('failed') + faultsOutside
  console.log(`${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped`)
  if (failed > 0) process.exitCode = 1
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    endRunningFiles()
    process.kill(process.pid, signal)
  })
}

await main(process.argv.slice(2))
