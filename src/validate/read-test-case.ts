/** Reads one case of a PolicyTest. */

import type { Path } from '../document/located-document.ts'
import { type Family, families } from '../net/family.ts'
import type { AddressChoice, TestCase, TestedProtocol } from '../policy/policy-test.ts'
import type { TestCaseDocument } from '../schema/policy-test.ts'
import { checkTestTransport } from './check-test-transport.ts'
import { whyNoInterface } from './names.ts'
import { readTestAddresses } from './read-test-addresses.ts'
import { icmpForm, portForm, readTestNumbers, readTestProtocols } from './read-test-numbers.ts'
import type { Subject } from './subject.ts'

/** Reports what is wrong; whole only when nothing was reported. */
export function readTestCase(subject: Subject<unknown>, at: Path, document: TestCaseDocument): TestCase {
  const draft: TestDraft = { subject, at, document }
  checkName(draft)
  checkWay(draft)
  const numbers = (field: PortField) =>
    readTestNumbers(subject, [...at, field], { value: document[field], ...portForm })
  const icmp = (field: IcmpField) => readTestNumbers(subject, [...at, field], { value: document[field], ...icmpForm })
  const addresses = (field: AddressField) => readTestAddresses(subject, [...at, field], document[field])
  const read: TestCase = {
    name: document.name,
    span: subject.document.spanOf([...at, 'name'], 'value'),
    iif: document.iif,
    oif: document.oif,
    state: document.state ?? 'new',
    source: addresses('src'),
    destination: addresses('dst'),
    protocols: readTestProtocols(subject, [...at, 'proto'], document.proto),
    sourcePorts: numbers('sport'),
    destinationPorts: numbers('dport'),
    icmpTypes: icmp('icmp-type'),
    icmpCodes: icmp('icmp-code'),
    original: hasOriginal(document)
      ? { destination: addresses('orig-dst'), destinationPorts: numbers('orig-dport') }
      : undefined,
    expect: document.expect,
  }
  checkTestTransport(draft, read)
  checkOriginal(draft)
  checkFamilies(draft, read)
  return read
}

/** As far as checks of its parts need it. */
export interface TestDraft {
  readonly subject: Subject<unknown>
  readonly at: Path
  readonly document: TestCaseDocument
}

type PortField = 'sport' | 'dport' | 'orig-dport'
type IcmpField = 'icmp-type' | 'icmp-code'
type AddressField = 'src' | 'dst' | 'orig-dst'

const longestName = 200

function checkName({ subject, at, document: { name } }: TestDraft): void {
  const place = [...at, 'name']
  if (!subject.isSound(place)) return
  const why =
    name.trim() === ''
      ? 'it is empty'
      : /[\p{Cc}\u2028\u2029]/u.test(name)
        ? 'write it on one line'
        : name.length > longestName
          ? `it has ${name.length} characters, at most ${longestName} are allowed`
          : undefined
  if (why === undefined) return
  const message = `the name of the case is not valid: ${why}, and say what is promised, as "the world reaches https"`
  subject.report('invalid-value', { at: place, message })
}

function checkWay({ subject, at, document }: TestDraft): void {
  if (document.iif === undefined && document.oif === undefined) {
    const message =
      'the case has neither iif nor oif: give where the packets come in, where they go out, or both when they are forwarded'
    subject.report('missing-field', { at, message })
  }
  for (const field of ['iif', 'oif'] as const) {
    const name = document[field]
    const place = [...at, field]
    // as of a packet in words; policy is stricter about the names that it may have
    if (name === undefined || !subject.isSound(place) || /^[^\s/:]{1,15}$/.test(name)) continue
    const message = `${field} is "${name}", which is no name of an interface: ${whyNoInterface(name) ?? 'write one as eth0'}`
    subject.report('invalid-value', { at: place, message })
  }
}

const originalFields = ['orig-dst', 'orig-dport'] as const

function hasOriginal(document: TestCaseDocument): boolean {
  return originalFields.some((field) => document[field] !== undefined)
}

function checkOriginal({ subject, at, document }: TestDraft): void {
  const { state } = document
  if (state !== 'untracked' && state !== 'invalid') return
  for (const field of originalFields.filter((one) => document[one] !== undefined)) {
    const message = `${field} is given, but the state is ${state}: only a tracked connection is rewritten`
    subject.report('invalid-value', { at: [...at, field], mark: 'key', message })
  }
}

/** Addresses that only selectors name are known later. */
function checkFamilies({ subject, at }: TestDraft, read: TestCase): void {
  const asked: readonly (readonly [string, readonly Family[]])[] = [
    ['src', familiesOf(read.source)],
    ['dst', familiesOf(read.destination)],
    ['orig-dst', familiesOf(read.original?.destination)],
    ['proto', familiesOfProtocols(read.protocols)],
  ]
  const [first] = asked.filter(([, some]) => some.length === 1)
  const clash = asked.find(([, some]) => first !== undefined && !some.some((family) => first[1].includes(family)))
  if (first === undefined || clash === undefined) return
  const message = `${clash[0]} is IPv${clash[1].join()} and ${first[0]} is IPv${first[1].join()}: no packet is both, so give one family or one case for each`
  subject.report('mixed-families', { at: [...at, clash[0]], message })
}

function familiesOf(choice: AddressChoice | undefined): readonly Family[] {
  if (choice === undefined || choice.peers.length > 0 || choice.networks.length === 0) return families
  return families.filter((family) => choice.networks.some((network) => network.family === family))
}

function familiesOfProtocols(protocols: readonly TestedProtocol[] | undefined): readonly Family[] {
  if (protocols === undefined || protocols.length === 0) return families
  return families.filter((family) => protocols.some((one) => one.family === undefined || one.family === family))
}
