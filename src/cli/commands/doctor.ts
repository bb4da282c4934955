/** `rampart doctor`: whether this host is fit for rampart, and who else has a say in its packets. */

import { createStyle } from '../../diagnostic/style.ts'
import { judgeHost } from '../../doctor/judge-host.ts'
import { countChecks, printChecks } from '../../doctor/print-checks.ts'
import { type CommandIo, type Format, printJson } from '../command-io.ts'
import { type ExamineOptions, examineHost } from '../examine-host.ts'

/** Exit 0: no problems, though perhaps warnings; 1: problems. Nothing on the host is changed. */
export async function doctor(options: ExamineOptions & { readonly format: Format }, io: CommandIo): Promise<number> {
  const checks = judgeHost(await examineHost(options, io.signal))
  const counts = countChecks(checks)
  if (options.format === 'json') {
    const listed = checks.map(({ name, status, finding, advice }) => ({
      name,
      status,
      finding,
      advice: advice ?? null,
    }))
    io.out(printJson({ ...counts, checks: listed }))
  } else io.out(printChecks(checks, createStyle(io.color.out)))
  return counts.problems === 0 ? 0 : 1
}
