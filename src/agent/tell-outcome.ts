/** How a run ended, in words. */

import { describeFailure, type Outcome } from '../reconcile/outcome.ts'
import type { Revision } from '../repository/revision.ts'

/** One line: why it did not converge, or what it did. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.type) {
    case 'converged':
      return outcome.changes === 0
        ? 'in sync'
        : `${outcome.changes} ${outcome.changes === 1 ? 'change' : 'changes'} applied`
    case 'invalid': {
      const errors = outcome.diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
      return `the policy has ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}, ${describeKept(outcome.kept)}`
    }
    case 'untrusted':
      return `not trusted, ${describeKept(outcome.kept)}: ${outcome.reason}`
    case 'refused':
      return `refused: ${outcome.reasons.map(({ guard, message }) => `${guard}: ${message}`).join('; ')}`
    case 'reverted':
      return `applied and taken back (${outcome.reason}): ${outcome.message}`
    case 'failed':
      return describeFailure(outcome)
  }
}

/** Why it was refused, or what should be known of a change that was applied; one line each. */
export function notesOf(outcome: Outcome): readonly string[] {
  if (outcome.type === 'converged') return outcome.notes
  if (outcome.type !== 'refused') return []
  return outcome.reasons.map(({ guard, message }) => `${guard}: ${message}`)
}

/** `1 connection`, `2 connections` */
export function countConnections(count: number): string {
  return `${count} ${count === 1 ? 'connection' : 'connections'}`
}

function describeKept(kept: Revision | undefined): string {
  return kept === undefined ? 'nothing is enforced' : 'the revision before it stays enforced'
}
