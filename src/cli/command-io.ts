/** How a command speaks to the one who called it. */

import type { ColorMode } from '../diagnostic/style.ts'

export interface CommandIo {
  /** Results: standard output. */
  readonly out: (text: string) => void
  /** Diagnostics and progress: standard error. */
  readonly err: (text: string) => void
  readonly color: { readonly out: ColorMode; readonly err: ColorMode }
  /** Whether a progress bar may be drawn on standard error: `bar` on a terminal. */
  readonly progress: 'bar' | 'silent'
  /** Aborts on SIGINT and SIGTERM. */
  readonly signal: AbortSignal
}

/** The call's words or a configuration file are wrong: exit 64. The message is complete, diagnostics included. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The command was understood and will not do it, as things are: exit 1. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

/** Exit codes of interface.md section 2; what a code means beside 0 is the command's. */
export const exitUsage = 64

export type Format = 'text' | 'json'

export function printJson(value: object): string {
  return `${JSON.stringify({ version: 1, ...value }, null, 2)}\n`
}
