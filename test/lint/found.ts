/** What a lint finds in a few documents, in the shortest form that still says where. */

import type { Diagnostic } from '../../src/diagnostic/diagnostic.ts'
import { hasErrors } from '../../src/diagnostic/diagnostic.ts'
import { Survey } from '../../src/lint/survey.ts'
import { readPolicy } from '../../src/pipeline.ts'
import { filesOf } from '../kernel/packet-policies.ts'

/** Messages, each up to its first colon. The documents must be valid. */
export function foundBy(
  lint: (survey: Survey) => readonly Diagnostic[],
  ...documents: readonly object[]
): readonly string[] {
  return messagesOf(lint, ...documents).map((message) => message.replace(/:.*/s, ''))
}

export function messagesOf(
  lint: (survey: Survey) => readonly Diagnostic[],
  ...documents: readonly object[]
): readonly string[] {
  const { value, diagnostics } = readPolicy(filesOf({ documents }))
  if (hasErrors(diagnostics)) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return lint(new Survey(value)).map(({ message }) => message)
}
