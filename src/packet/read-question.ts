/** A question in people's words: `from="role == 'web'" to=db-1 port=5432`; who that is, is asked elsewhere. */

import { nearestName } from '../diagnostic/nearest-name.ts'
import type { Family } from '../net/family.ts'
import { readPacket } from './read-packet.ts'

export interface Question {
  /** A selector, the name of somebody, a network or an address. */
  readonly from: string
  readonly to: string
  /** The rest, as readPacket() takes it: `proto=tcp dport=5432`. */
  readonly transport: readonly string[]
  /** In which such packets exist. */
  readonly families: readonly Family[]
  /** Where a host that is neither end would pass it on. */
  readonly iif: string | undefined
  readonly oif: string | undefined
}

const keys = ['from', 'to', 'port', 'proto', 'sport', 'icmp-type', 'icmp-code', 'state', 'iif', 'oif'] as const
type Key = (typeof keys)[number]

/** Whether the words name people's ends and not addresses. */
export function isQuestion(words: readonly string[]): boolean {
  return words.some((word) => /^(from|to)=/.test(word))
}

/** A string for each thing that is wrong. */
export function readQuestion(words: readonly string[]): Question | readonly string[] {
  const values = new Map<Key, string>()
  const faults = words.flatMap((word) => take(word, values))
  const [from = '', to = ''] = [values.get('from')?.trim(), values.get('to')?.trim()]
  if (from === '') faults.push('from= is missing: give a selector, a name, a network or an address')
  if (to === '') faults.push('to= is missing: give a selector, a name, a network or an address')
  const port = values.get('port')
  if (port === undefined && !values.has('proto')) faults.push('port= is missing: give a port, or proto=icmp')
  const proto = values.get('proto') ?? 'tcp'
  const others = (['sport', 'icmp-type', 'icmp-code', 'state'] as const).flatMap((key) =>
    values.has(key) ? [`${key}=${values.get(key)}`] : [],
  )
  const transport = [`proto=${proto}`, ...(port === undefined ? [] : [`dport=${port}`]), ...others]
  const families: readonly Family[] = proto === 'icmp' ? [4] : proto === 'icmpv6' ? [6] : [4, 6]
  if (faults.length === 0) faults.push(...transportFaults(transport, families))
  if (faults.length > 0) return faults
  return { from, to, transport, families, iif: values.get('iif'), oif: values.get('oif') }
}

function take(word: string, values: Map<Key, string>): string[] {
  const equals = word.indexOf('=')
  const name = word.slice(0, Math.max(equals, 0))
  const key = keys.find((known) => known === name)
  if (key === undefined) {
    if (['src', 'dst', 'dport'].includes(name))
      return [`"${word}" does not go with from= and to=: they say who, and port= which port`]
    const nearest = nearestName(name, keys)
    return [
      `"${word}" is no word of a question: ${nearest === undefined ? `the keys are ${keys.join(', ')}` : `did you mean "${nearest}="?`}`,
    ]
  }
  if (values.has(key)) return [`${key}= is given twice: give it once`]
  values.set(key, word.slice(equals + 1))
  return []
}

const somebody: Readonly<Record<Family, readonly string[]>> = {
  4: ['iif=eth0', 'src=192.0.2.1', 'dst=192.0.2.2'],
  6: ['iif=eth0', 'src=2001:db8::1', 'dst=2001:db8::2'],
}

function transportFaults(transport: readonly string[], [family = 4]: readonly Family[]): readonly string[] {
  return readPacket([...somebody[family], ...transport]).faults.map((fault) => fault.replace(/^dport\b/, 'port'))
}
