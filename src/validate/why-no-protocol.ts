/** Says what somebody probably meant who wrote a protocol that is none. */

import { nearestName } from '../diagnostic/nearest-name.ts'
import { protocolNumbers } from '../net/protocol.ts'

/** Second half of a sentence about a value that readProtocol() refused. */
export function whyNoProtocol(value: string | number): string {
  const near = typeof value === 'string' ? nearestName(value, protocolNumbers.keys()) : undefined
  if (near !== undefined) return `did you mean ${near}?`
  return Number.isNaN(Number(value))
    ? `use ${[...protocolNumbers.keys()].join(', ')} or a number`
    : 'numbers go from 1 to 255'
}
