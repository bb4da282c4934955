/** Says aloud that a test file leaves something out, in the form that the driver (test/run.ts) collects and counts. */

import { relative } from 'node:path'

/**
 * Prints `SKIPPED: <file>: <reason>` for the running test file. A reason that starts with `kernel:` is a failure where
 * the kernel is required (CI, RAMPART_REQUIRE_KERNEL=1).
 */
export function skipLoudly(reason: string): void {
  const file = relative(process.cwd(), process.argv[1] ?? 'unknown')
  console.log(`SKIPPED: ${file}: ${reason.replaceAll('\n', ' ')}`)
}
