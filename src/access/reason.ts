/** Who decides -> what a reviewer is told about it. */

import { positionOf, type Span } from '../diagnostic/source.ts'
import type { Expiry } from '../policy/expiry.ts'
import type { Reason } from './access-difference.ts'
import { type BuiltIn, type Cause, printRule } from './cause.ts'

export function reasonOf(cause: Cause, verdict: Reason['verdict']): Reason {
  return { verdict, text: textOf(cause), place: cause.type === 'rule' ? printPlace(cause.rule.span) : undefined }
}

/** Undefined for what is built in. */
export function printPlace(span: Span): Reason['place'] {
  if (span.source.text === '') return undefined
  return { file: span.source.path, line: positionOf(span).line }
}

/** Equal for the same decision of one revision, whichever host makes it. */
export function causeKey(cause: Cause): string {
  return cause.type === 'rule' ? `${textOf(cause)} ${cause.rule.span.start}` : textOf(cause)
}

/** RFC 3339, whole seconds. */
export function printEnd({ at }: Expiry): string {
  return at.toISOString().replace('.000Z', 'Z')
}

function textOf(cause: Cause): string {
  switch (cause.type) {
    case 'rule': {
      const { expires } = cause.rule
      return `${printRule(cause)}${expires === undefined ? '' : `, until ${printEnd(expires)}`}`
    }
    case 'tier':
      return `no ${cause.direction} policy of tier ${cause.tier} allows it`
    case 'end':
      return `no ${cause.direction} policy allows it`
    case 'built-in':
      return words[cause.what]
  }
}

const words: Readonly<Record<BuiltIn, string>> = {
  unpoliced: 'no policy judges it here',
  failsafe: 'failsafe port',
  'known flow': 'known flow',
  'invalid state': 'invalid to connection tracking',
  'neighbour discovery': 'neighbour discovery is always allowed',
  'spoofed source': 'not the address of the workload',
  'unknown workload interface': 'no workload endpoint has the interface',
  'tunnel from a workload': 'tunnel from a workload',
  defaultEndpointToHostAction: 'defaultEndpointToHostAction is Drop',
}
