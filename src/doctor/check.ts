/** One thing that was looked at: what was found, and what to do about it. */

import type { Reading } from '../host/host-readings.ts'

export interface Check {
  /** Of what, in a word or two: `state folder`. */
  readonly name: string
  /** `problem`: the agent fails, or does not protect what people believe it does. `not checked`: it could not be seen from here. */
  readonly status: CheckStatus
  /** One line. */
  readonly finding: string
  /** One line in the imperative; undefined when there is nothing to do. */
  readonly advice: string | undefined
}

export type CheckStatus = 'ok' | 'warning' | 'problem' | 'not checked'

export const ok = (name: string, finding: string): Check => ({ name, status: 'ok', finding, advice: undefined })

export const warning = (name: string, finding: string, advice: string): Check => ({
  name,
  status: 'warning',
  finding,
  advice,
})

export const problem = (name: string, finding: string, advice: string): Check => ({
  name,
  status: 'problem',
  finding,
  advice,
})

export const notChecked = (name: string, finding: string): Check => ({
  name,
  status: 'not checked',
  finding,
  advice: undefined,
})

/** Judges what was read; what was not is `not checked`, with the reason. */
export function whenRead<T>(
  name: string,
  reading: Reading<T>,
  judge: (value: T) => readonly Check[],
): readonly Check[] {
  return reading.type === 'read' ? judge(reading.value) : [notChecked(name, reading.reason)]
}
