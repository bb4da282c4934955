/** Checks mappings of labels: their form, and that none claims what only the system may say. */

import type { Path } from '../document/located-document.ts'
import type { Labels } from '../policy/resource.ts'
import { whyNoLabelKey, whyNoLabelValue } from './names.ts'
import { printPath, type Subject } from './subject.ts'

/** Which reserved keys the labels must not have (behaviour.md SEL-16 and DV-16). */
export type Reservation = 'none' | 'namespace' | 'endpoint' | 'inherited'

const identity = ['projectcalico.org/namespace', 'projectcalico.org/orchestrator', 'projectcalico.org/serviceaccount']

/** Reports what is wrong and gives what could be read. */
export function readLabels(
  subject: Subject<unknown>,
  {
    at,
    labels,
    reservation,
  }: {
    readonly at: Path
    readonly labels: Readonly<Record<string, string>> | undefined
    readonly reservation: Reservation
  },
): Labels {
  const read = new Map<string, string>()
  for (const [key, value] of Object.entries(labels ?? {})) {
    const path = [...at, key]
    if (!subject.isSound(path)) continue
    const keyFault = whyNoLabelKey(key)
    const valueFault = whyNoLabelValue(value)
    const where = printPath(at)
    if (keyFault !== undefined)
      subject.report('invalid-label', {
        at: path,
        mark: 'key',
        message: `the label "${key}" in ${where} is not valid: ${keyFault}`,
      })
    if (valueFault !== undefined)
      subject.report('invalid-label', {
        at: path,
        message: `the value "${shorten(value)}" of the label "${key}" is not valid: ${valueFault}`,
      })
    if (isReserved(key, reservation)) {
      subject.report('reserved-label', {
        at: path,
        mark: 'key',
        message: `the label "${key}" is set by the system alone: use a key of your own`,
      })
    }
    read.set(key, value)
  }
  return read
}

function isReserved(key: string, reservation: Reservation): boolean {
  switch (reservation) {
    case 'none':
      return false
    case 'namespace':
      return key === 'projectcalico.org/namespace'
    case 'endpoint':
      return key.startsWith('projectcalico.org/') || key.startsWith('pcns.') || key.startsWith('pcsa.')
    case 'inherited':
      return identity.includes(key)
  }
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text
}
