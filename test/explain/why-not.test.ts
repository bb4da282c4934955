import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createStyle } from '../../src/diagnostic/style.ts'
import { whyNotLines } from '../../src/explain/print-why-not.ts'
import { seenAt } from '../../src/explain/seen-packet.ts'
import { type Line, whyNot } from '../../src/explain/why-not.ts'
import { readPacket } from '../../src/packet/read-packet.ts'

const test = suite('whyNot')

const { packet } = readPacket(['iif=eth0', 'src=198.51.100.7', 'dst=203.0.113.21', 'proto=tcp', 'dport=22'])
if (packet === undefined) throw new Error('the packet was read')
const seen = seenAt(packet, { hook: 'input', priority: 0 }, { carried: { mark: 0, isUntracked: false } })
const span = { source: { path: 'policy.yaml', text: '' }, start: 0, end: 0 }
const line = (text: string, action: Line['action'], alternatives: Line['alternatives'] = [[]]): Line => ({
  text,
  span,
  action,
  alternatives,
})
const asked = (lines: readonly Line[], end: 'deny' | 'pass' = 'deny') => ({ text: 'tier one', end, lines })
const behindOf = (...stations: readonly ReturnType<typeof asked>[]) =>
  whyNot({ denial: 'the end', stations, sets: new Map() }, seen, 0)?.behind.map(({ text }) => text)

const many = Array.from({ length: 20_000 }, (_, index) => line(`deny ${index}`, 'Deny'))

test('whyNot() finds what allows behind any number of lines that deny', () => {
  const behind = behindOf(asked([...many, line('allow', 'Allow')]))
  assert.equal([behind?.length, behind?.at(0), behind?.at(-1)], [many.length, 'deny 1', 'allow'])
})

test('whyNot() goes on behind a pass and a tier that passes, and not behind an end that denies', () => {
  const [deny, pass, allow] = [line('deny', 'Deny'), line('pass', 'Pass'), line('allow', 'Allow')]
  const never = line('never', 'Allow', [])
  assert.equal(behindOf(asked([deny, never, pass, line('late', 'Allow')]), asked([allow])), ['allow'])
  assert.equal(behindOf(asked([deny], 'pass'), asked([deny, allow])), ['deny', 'allow'])
  assert.equal(behindOf(asked([deny]), asked([allow])), [])
  assert.equal(behindOf(asked([deny, pass])), [])
})

test('whyNotLines() tells of many lines that deny as well how many they are, and every one on demand', () => {
  const why = whyNot(
    { denial: 'the end', stations: [asked([...many.slice(0, 9), line('allow', 'Allow')])], sets: new Map() },
    seen,
    0,
  )
  if (why === undefined) throw new Error('it is denied')
  const printed = (detail: 'nearest' | 'every') =>
    whyNotLines(why, { seen, sets: new Map(), denial: 'the end', detail }, createStyle('plain'))
  assert.equal(printed('nearest'), [
    'why not: deny 0 (policy.yaml:1) denies it',
    '  behind it deny 1 (policy.yaml:1) denies it, too',
    '  behind it deny 2 (policy.yaml:1) denies it, too',
    '  behind it deny 3 (policy.yaml:1) denies it, too',
    '  and so do 5 more: --why-not shows all',
    '  behind it allow (policy.yaml:1) would allow it',
  ])
  assert.is(printed('every').length, 10)
})

test.run()
