/** Reads the ports of a rule. */

import type { Path } from '../document/located-document.ts'
import { type PortRange, readPortRange } from '../net/port-range.ts'
import type { Subject } from './subject.ts'

/** Faulty entries are reported and left out. */
export function readPorts(
  subject: Subject<unknown>,
  at: Path,
  ports: readonly (string | number)[],
): readonly PortRange[] {
  if (ports.length === 0) {
    const message = `${String(at.at(-1))} is an empty list, which Calico takes as "any port": list ports, or remove the field`
    subject.report('empty-list', { at, mark: 'key', message })
  }
  return ports.flatMap((port, index) => {
    const place = [...at, index]
    if (!subject.isSound(place)) return []
    const range = readPortRange(String(port))
    if (range !== undefined) return [range]
    const { code, why } = portFault(String(port))
    subject.report(code, { at: place, message: `the port ${JSON.stringify(port)} is not valid: ${why}` })
    return []
  })
}

function portFault(text: string): { readonly code: 'port-syntax' | 'unsupported-field'; readonly why: string } {
  const range = /^\s*(\d+)\s*[-–:]\s*(\d+)\s*$/.exec(text)
  const [, from = '', to = ''] = range ?? []
  const inBounds = (port: string): boolean => Number(port) >= 1 && Number(port) <= 65535
  if (range !== null && (!inBounds(from) || !inBounds(to)))
    return { code: 'port-syntax', why: 'ports go from 1 to 65535' }
  if (range !== null && Number(from) > Number(to))
    return { code: 'port-syntax', why: `the lower port comes first, as "${to}:${from}"` }
  if (range !== null) return { code: 'port-syntax', why: `write the range as "${from}:${to}"` }
  if (/^-?\d+$/.test(text)) return { code: 'port-syntax', why: 'ports go from 1 to 65535' }
  const isName = /^[a-z0-9-]{1,15}$/.test(text) && /[a-z]/.test(text)
  if (isName)
    return {
      code: 'unsupported-field',
      why: 'named ports are not enforced by this version of rampart yet, write the number',
    }
  return { code: 'port-syntax', why: 'write a number such as 443 or a range such as "8000:8010"' }
}
