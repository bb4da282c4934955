/** The agent's configuration being read: how its texts, durations, addresses and paths become values, and what is wrong with them. */

import { resolve } from 'node:path'
import type { Path } from '../document/located-document.ts'
import type { ListenAddress } from '../host/agent-configuration.ts'
import type { AgentConfigurationDocument } from '../schema/agent-configuration.ts'
import { type Quantity, readDuration, readListenAddress } from './read-quantity.ts'
import { printPath, type Subject } from './subject.ts'
import { withoutSecret } from './why-no-remote.ts'

/** A configuration being read, and where its relative paths start. */
export interface Draft extends Subject<AgentConfigurationDocument> {
  readonly folder: string
}

/** What is not sound was reported, and the configuration will not be used. */
export function readText(
  draft: Draft,
  at: Path,
  { text, why }: { readonly text: string; readonly why: (text: string) => string | undefined },
): string {
  const reason = draft.isSound(at) ? why(text) : undefined
  if (reason !== undefined)
    draft.report('invalid-value', {
      at,
      message: `${printPath(at)} is ${JSON.stringify(withoutSecret(text))}: ${reason}`,
    })
  return text
}

export function readMs(
  draft: Draft,
  at: Path,
  { text, atLeastMs }: { readonly text: string; readonly atLeastMs: number },
): number {
  return readQuantity(draft, at, readDuration(String(text), atLeastMs)) ?? 0
}

export function readListen(draft: Draft, at: Path, text: string | undefined): ListenAddress | undefined {
  return text === undefined ? undefined : readQuantity(draft, at, readListenAddress(String(text)))
}

/** Undefined when it cannot be read, which is then reported. */
export function readQuantity<Value>(draft: Draft, at: Path, reading: Quantity<Value>): Value | undefined {
  if (reading.type === 'value') return reading.value
  if (draft.isSound(at))
    draft.report('invalid-value', { at, message: `${printPath(at)} cannot be read: ${reading.why}` })
  return undefined
}

/** Absolute. */
export function readFilePath(draft: Draft, at: Path, path: string | undefined): string | undefined {
  if (path === undefined || !draft.isSound(at)) return undefined
  if (path === '')
    draft.report('invalid-value', { at, message: `${printPath(at)} is empty: name a file, or remove the field` })
  return resolve(draft.folder, path)
}
