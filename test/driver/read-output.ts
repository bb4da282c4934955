/** What a test file printed, and how its process ended -> how many tests passed, failed and were skipped, and why it failed. */

export interface Ending {
  readonly output: string
  /** Absent when a signal ended it. */
  readonly exitCode: number | null
  /** The time limit that it overran and was killed for. */
  readonly overranMs: number | undefined
}

export interface FileResult {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Why the file as a whole is a failure; absent when each failure is a test's own, or there is none. */
  readonly fault: string | undefined
  /** `<file>: <reason>` of every skipLoudly(), in order. */
  readonly skips: readonly string[]
}

const noTotals = 'printed no totals: does it end with <suite>.run()?'

/** @param ending NO_COLOR output of uvu; the totals of several runs in one file are added up */
export function readOutput(ending: Ending, options: { readonly kernelRequired: boolean }): FileResult {
  const skips = [...ending.output.matchAll(/^SKIPPED: (.+)$/gm)].flatMap(([, text]) => text ?? [])
  const refused = options.kernelRequired ? skips.filter((skip) => /^[^:]*: kernel:/.test(skip)) : []
  const total = sum(ending.output, 'Total')
  const passed = sum(ending.output, 'Passed') ?? 0
  // uvu counts what is left out by `only` as skipped although it is part of no total
  const leftOut = sum(ending.output, 'Skipped') ?? 0
  const fault = findFault(ending, { total, failed: (total ?? 0) - passed, skips: skips.length })
  const failed = (total ?? 0) - passed + (fault === undefined ? 0 : 1) + refused.length
  const skipped = leftOut + skips.length - refused.length
  return { passed, failed, skipped, skips, fault: fault ?? refusal(refused) }
}

function findFault(
  ending: Ending,
  counts: { readonly total: number | undefined; readonly failed: number; readonly skips: number },
): string | undefined {
  if (ending.overranMs !== undefined) return `did not end within ${ending.overranMs / 1000} s: killed`
  if (counts.total === undefined) return noTotals
  if (counts.total === 0 && counts.skips === 0) return 'has no test: does every suite in it call .run()?'
  if (counts.failed === 0 && ending.exitCode !== 0)
    return `every test passed, but it ended with ${ending.exitCode ?? 'a signal'}`
  return undefined
}

function refusal(refused: readonly string[]): string | undefined {
  return refused.length === 0 ? undefined : 'was skipped where the kernel is required'
}

function sum(output: string, label: string): number | undefined {
  const found = [...output.matchAll(new RegExp(`^ {2}${label}: +(\\d+)$`, 'gm'))].map(([, count]) => Number(count))
  return found.length === 0 ? undefined : found.reduce((left, right) => left + right)
}
