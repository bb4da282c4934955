/** Reads the ports of a rule. */

import type { Path } from '../document/located-document.ts'
import { type PortRange, readPortRange } from '../net/port-range.ts'
import { exact } from './exact.ts'
import { whyNoPortName } from './names.ts'
import type { Subject } from './subject.ts'

/** Of one list; undefined where it has none of the sort. */
export interface PortList {
  readonly numbers: readonly PortRange[] | undefined
  readonly names: readonly string[] | undefined
}

/** Faulty entries are reported and left out. Whether somebody gives a port the name is asked elsewhere. */
export function readPorts(subject: Subject<unknown>, at: Path, ports: readonly (string | number)[]): PortList {
  if (ports.length === 0) {
    const message = `${String(at.at(-1))} is an empty list, which Calico takes as "any port": list ports, or remove the field`
    subject.report('empty-list', { at, mark: 'key', message })
  }
  const numbers: PortRange[] = []
  const names: string[] = []
  for (const [index, port] of ports.entries()) {
    const place = [...at, index]
    if (!subject.isSound(place)) continue
    const range = readPortRange(String(port))
    const why = range === undefined ? whyNoPort(port) : undefined
    if (range !== undefined) numbers.push(range)
    else if (why === undefined) names.push(String(port))
    else subject.report('port-syntax', { at: place, message: `the port ${JSON.stringify(port)} is not valid: ${why}` })
  }
  return {
    numbers: numbers.length === 0 ? undefined : exact(numbers),
    names: names.length === 0 ? undefined : [...new Set(names)],
  }
}

/** Second half of a sentence about a port that readPortRange() refused; undefined when it is a name. */
export function whyNoPort(port: string | number): string | undefined {
  const text = String(port)
  const range = /^\s*(\d+)\s*[-–:]\s*(\d+)\s*$/.exec(text)
  const [, from = '', to = ''] = range ?? []
  const inBounds = (number: string): boolean => Number(number) >= 1 && Number(number) <= 65535
  if (range !== null && (!inBounds(from) || !inBounds(to))) return 'ports go from 1 to 65535'
  if (range !== null && Number(from) > Number(to)) return `the lower port comes first, as "${to}:${from}"`
  if (range !== null) return `write the range as "${from}:${to}"`
  if (typeof port === 'number' || /^-?\d+$/.test(text)) return 'ports go from 1 to 65535'
  const why = whyNoPortName(text)
  if (why === undefined) return undefined
  return /[a-z]/i.test(text)
    ? `as the name of a port, ${why}`
    : 'write a number such as 443 or a range such as "8000:8010"'
}
