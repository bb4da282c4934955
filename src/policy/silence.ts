/** A warning that somebody accepted, in place and with a reason. */

import type { DiagnosticCode } from '../diagnostic/diagnostic.ts'
import type { Span } from '../diagnostic/source.ts'

export interface Silence {
  /** Always of a warning. */
  readonly code: DiagnosticCode
  /** Never blank. */
  readonly reason: string
  /** The document or the rule that it stands on: warnings that point into it are meant. */
  readonly scope: Span
  /** Of the annotation. */
  readonly span: Span
}
