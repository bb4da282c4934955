/** Reads ports, ICMP types and protocols of a case of a PolicyTest: one of them, several, or any. */

import type { DiagnosticCode } from '../diagnostic/diagnostic.ts'
import { nearestName } from '../diagnostic/nearest-name.ts'
import type { Path } from '../document/located-document.ts'
import { readPortRange } from '../net/port-range.ts'
import { icmp, icmpv6, protocolNumbers, readProtocol } from '../net/protocol.ts'
import type { NumberRange, TestedProtocol } from '../policy/policy-test.ts'
import type { NumbersDocument } from '../schema/policy-test.ts'
import { whyNoPort } from './read-ports.ts'
import type { Subject } from './subject.ts'
import { type PlacedEntry, placedEntries } from './test-entries.ts'

/** How one kind of number is read, and what is said of what is none. */
interface NumberForm {
  readonly read: (text: string) => NumberRange | undefined
  readonly code: DiagnosticCode
  readonly why: (value: string | number) => string
}

export const portForm: NumberForm = {
  read: readPortRange,
  code: 'port-syntax',
  why: (value) => whyNoPort(value) ?? 'names of ports are for rules, a test says the number that counts',
}

export const icmpForm: NumberForm = {
  read: readOctets,
  code: 'invalid-value',
  why: () => 'write a number from 0 to 255, or a range such as "133:136"',
}

/** Undefined: any. Faulty entries are reported and left out. */
export function readTestNumbers(
  subject: Subject<unknown>,
  at: Path,
  { value, read, code, why }: NumberForm & { readonly value: NumbersDocument | undefined },
): readonly NumberRange[] | undefined {
  return placedEntries<string | number>(subject, at, value)?.flatMap(({ value: one, at: place }) => {
    const range = read(String(one))
    if (range !== undefined) return [range]
    const message = `${String(at.at(-1))} is ${JSON.stringify(one)}: ${why(one)}`
    subject.report(code, { at: place, message })
    return []
  })
}

/** Undefined: any. The names are those of packets in words and those of rules, in any case of letters. */
export function readTestProtocols(
  subject: Subject<unknown>,
  at: Path,
  value: NumbersDocument | undefined,
): readonly TestedProtocol[] | undefined {
  return placedEntries<string | number>(subject, at, value)?.flatMap((entry) => readTestProtocol(subject, entry))
}

function readTestProtocol(
  subject: Subject<unknown>,
  { value, at }: PlacedEntry<string | number>,
): readonly TestedProtocol[] {
  const named = typeof value === 'string' ? names.get(value.toLowerCase()) : undefined
  if (named !== undefined) return [{ number: named, family: named === icmp ? 4 : named === icmpv6 ? 6 : undefined }]
  const number = readProtocol(value)
  if (number !== undefined) return [{ number, family: undefined }]
  const near = typeof value === 'string' ? nearestName(value, [...names.keys(), 'any']) : undefined
  const right =
    near === undefined
      ? `write ${[...names.keys()].join(', ')}, a number from 1 to 255, or any`
      : `did you mean ${near}?`
  subject.report('invalid-value', { at, message: `the protocol ${JSON.stringify(value)} is not known: ${right}` })
  return []
}

const names: ReadonlyMap<string, number> = new Map(
  [...protocolNumbers].map(([name, number]) => [name.toLowerCase(), number]),
)

function readOctets(text: string): NumberRange | undefined {
  const match = /^(\d{1,3})(?::(\d{1,3}))?$/.exec(text)
  const [, from = '', to = from] = match ?? []
  return match !== null && Number(from) <= Number(to) && Number(to) <= 255
    ? { from: Number(from), to: Number(to) }
    : undefined
}
