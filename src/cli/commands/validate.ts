/** `rampart validate`: everything that is wrong with a policy repository, or hardly meant, at once. */

import { createDirectorySource } from '../../adapters/directory-source.ts'
import { pathInRepository } from '../../adapters/repository-root.ts'
import { catalogue } from '../../diagnostic/catalogue.ts'
import type { CodeEntry } from '../../diagnostic/code-entry.ts'
import type { DiagnosticCode } from '../../diagnostic/diagnostic.ts'
import { hasErrors } from '../../diagnostic/diagnostic.ts'
import { nearestName } from '../../diagnostic/nearest-name.ts'
import { printCode } from '../../diagnostic/print-code.ts'
import { reviewPolicy } from '../../pipeline/review-policy.ts'
import { type CommandIo, printJson, UsageError } from '../command-io.ts'
import { momentOf } from '../policy-target.ts'
import { printReview, type ReviewFormat } from '../print-review.ts'
import { runSteps } from '../run-steps.ts'

export interface ValidateOptions {
  readonly format: ReviewFormat
  readonly strict?: boolean
  /** True without a code. */
  readonly explain?: string | true
  readonly at?: string
}

/** Exit 0: valid; 1: errors, or with --strict also warnings. */
export async function validate(folder: string, options: ValidateOptions, io: CommandIo): Promise<number> {
  if (options.explain !== undefined) return explain(options.explain, options.format, io)
  const moment = momentOf(options.at)
  const { files } = await createDirectorySource(folder).fetch(io.signal)
  const review = await runSteps(reviewPolicy(files, moment), 'checking hosts', io)
  const { format } = options
  const prefix = format === 'github' || format === 'sarif' ? await pathInRepository(folder) : ''
  printReview({ review, fileCount: files.length, prefix }, format, io)
  const { diagnostics } = review
  return hasErrors(diagnostics) || (options.strict === true && diagnostics.length > 0) ? 1 : 0
}

function explain(code: string | true, format: ReviewFormat, io: CommandIo): number {
  if (format !== 'text' && format !== 'json') throw new UsageError(`--explain prints text or json, not ${format}`)
  if (code !== true && !isCode(code)) {
    const nearest = nearestName(code, Object.keys(catalogue))
    const right = nearest === undefined ? 'rampart validate --explain lists all' : `did you mean "${nearest}"?`
    throw new UsageError(`there is no diagnostic code "${code}": ${right}`)
  }
  if (format === 'json') io.out(printJson({ codes: code === true ? allCodes.map(plainCode) : [plainCode(code)] }))
  else io.out(code === true ? allCodes.map((one) => `${one} (${catalogue[one].severity})\n`).join('') : printCode(code))
  return 0
}

function isCode(code: string): code is DiagnosticCode {
  return Object.hasOwn(catalogue, code)
}

const allCodes = Object.keys(catalogue).filter(isCode).sort()

function plainCode(code: DiagnosticCode): object {
  const { severity, explanation, example }: CodeEntry = catalogue[code]
  return { code, severity, explanation, example: example ?? null }
}
