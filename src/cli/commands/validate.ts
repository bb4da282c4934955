/** `rampart validate`: everything that is wrong with a policy repository, or hardly meant, at once. */

import { setImmediate } from 'node:timers/promises'
import { createDirectorySource } from '../../adapters/directory-source.ts'
import { pathInRepository } from '../../adapters/repository-root.ts'
import { catalogue } from '../../diagnostic/catalogue.ts'
import type { DiagnosticCode } from '../../diagnostic/diagnostic.ts'
import { hasErrors } from '../../diagnostic/diagnostic.ts'
import { nearestName } from '../../diagnostic/nearest-name.ts'
import { printCode } from '../../diagnostic/print-code.ts'
import { type PolicyReview, reviewPolicy } from '../../pipeline/review-policy.ts'
import { type CommandIo, Refusal, UsageError } from '../command-io.ts'
import { momentOf } from '../policy-target.ts'
import { printReview, type ReviewFormat } from '../print-review.ts'
import { createProgress } from '../progress-bar.ts'

export interface ValidateOptions {
  readonly format: ReviewFormat
  readonly strict?: boolean
  /** True without a code. */
  readonly explain?: string | true
  readonly at?: string
}

/** Exit 0: valid; 1: errors, or with --strict also warnings. */
export async function validate(folder: string, options: ValidateOptions, io: CommandIo): Promise<number> {
  if (options.explain !== undefined) return explain(options.explain, io)
  const moment = momentOf(options.at)
  const { files } = await createDirectorySource(folder).fetch(io.signal)
  const review = await runReview(reviewPolicy(files, moment), io)
  const { format } = options
  const prefix = format === 'github' || format === 'sarif' ? await pathInRepository(folder) : ''
  printReview({ review, fileCount: files.length, prefix }, format, io)
  const { diagnostics } = review
  return hasErrors(diagnostics) || (options.strict === true && diagnostics.length > 0) ? 1 : 0
}

async function runReview(steps: ReturnType<typeof reviewPolicy>, io: CommandIo): Promise<PolicyReview> {
  const progress = createProgress(io, 'checking hosts')
  try {
    for (;;) {
      const step = steps.next()
      if (step.done === true) return step.value
      const { node, index, of } = step.value
      progress.show(index, of, node)
      // signals are heard only between two turns
      if (index % 16 === 0) await setImmediate()
      if (io.signal.aborted) throw new Refusal('validate was stopped')
    }
  } finally {
    progress.clear()
  }
}

function explain(code: string | true, io: CommandIo): number {
  if (code === true) io.out(listCodes())
  else if (isCode(code)) io.out(printCode(code))
  else {
    const nearest = nearestName(code, Object.keys(catalogue))
    const right = nearest === undefined ? 'rampart validate --explain lists all' : `did you mean "${nearest}"?`
    throw new UsageError(`there is no diagnostic code "${code}": ${right}`)
  }
  return 0
}

function isCode(code: string): code is DiagnosticCode {
  return Object.hasOwn(catalogue, code)
}

function listCodes(): string {
  return Object.entries(catalogue)
    .map(([code, { severity }]) => `${code} (${severity})\n`)
    .sort()
    .join('')
}
