/** Prints what `rampart validate` found: for people, for programs, for forges. */

import { hasErrors } from '../diagnostic/diagnostic.ts'
import { printDiagnosticsGithub } from '../diagnostic/print-github.ts'
import { toDiagnosticsReport, toPlainDiagnostic } from '../diagnostic/print-json.ts'
import { toSarif } from '../diagnostic/print-sarif.ts'
import type { PolicyReview } from '../pipeline/review-policy.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { nodesOf } from '../resolve/derive-facts.ts'
import { type CommandIo, type Format, printJson } from './command-io.ts'
import { reportDiagnostics } from './compile-target.ts'
import { version } from './version.ts'

export type ReviewFormat = Format | 'github' | 'sarif'

export interface PrintedReview {
  readonly review: PolicyReview
  readonly fileCount: number
  /** Leads from the root of the git repository to the policy: '' or with a slash at the end. */
  readonly prefix: string
}

export function printReview(printed: PrintedReview, format: ReviewFormat, io: CommandIo): void {
  const { review, prefix } = printed
  const { diagnostics, silenced } = review
  switch (format) {
    case 'text':
      reportDiagnostics(diagnostics, io)
      if (!hasErrors(diagnostics)) io.out(`${describe(printed)}\n`)
      return
    case 'json':
      io.out(printJson(toReport(review)))
      return
    case 'github':
      io.out(printDiagnosticsGithub(diagnostics, prefix))
      return
    case 'sarif': {
      const standing = diagnostics.map((diagnostic) => ({ diagnostic, reason: undefined }))
      io.out(`${JSON.stringify(toSarif({ findings: [...standing, ...silenced], prefix, version }), null, 2)}\n`)
    }
  }
}

function toReport({ policySet, diagnostics, silenced }: PolicyReview): object {
  const { diagnostics: found, ...counts } = toDiagnosticsReport(diagnostics)
  return {
    ...counts,
    hosts: nodesOf(policySet),
    hostEndpoints: policySet.hostEndpoints.length,
    policies: policySet.policies.length,
    networkSets: policySet.networkSets.length,
    profiles: policySet.profiles.length,
    tests: policySet.tests.length,
    diagnostics: found,
    silenced: silenced.map(({ diagnostic, reason }) => ({ ...toPlainDiagnostic(diagnostic), reason })),
  }
}

function describe({ review: { policySet, silenced }, fileCount }: PrintedReview): string {
  const counts = [
    ...countsOf(policySet, fileCount),
    ...(silenced.length > 0 ? [[silenced.length, 'silenced warning'] as const] : []),
  ]
  return `valid: ${counts.map(([count, noun]) => `${count} ${count === 1 ? noun : plural(noun)}`).join(', ')}`
}

function countsOf(policySet: PolicySet, fileCount: number): readonly (readonly [number, string])[] {
  return [
    [fileCount, 'file'],
    [nodesOf(policySet).length, 'host'],
    [policySet.hostEndpoints.length, 'host endpoint'],
    [policySet.policies.length, 'policy'],
    [policySet.networkSets.length, 'network set'],
    [policySet.profiles.length, 'profile'],
    ...(policySet.tests.length === 0 ? [] : [[policySet.tests.length, 'test'] as const]),
  ]
}

function plural(noun: string): string {
  return noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`
}
