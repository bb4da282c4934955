/** Checks that a case of a PolicyTest asks for ports and ICMP types only of protocols that have them. */

import { icmp, icmpv6, printProtocol } from '../net/protocol.ts'
import { carriesPorts } from '../packet/packet-words.ts'
import type { TestCase } from '../policy/policy-test.ts'
import type { TestDraft } from './read-test-case.ts'

export function checkTestTransport(draft: TestDraft, read: TestCase): void {
  const { subject, at } = draft
  // what is wrong with it was said
  if (!subject.isSound([...at, 'proto'])) return
  checkPorts(draft, read)
  checkIcmp(draft, read)
}

function checkPorts(
  { subject, at }: TestDraft,
  { protocols, sourcePorts, destinationPorts, original }: TestCase,
): void {
  const given = { sport: sourcePorts, dport: destinationPorts, 'orig-dport': original?.destinationPorts }
  const without = protocols?.find(({ number }) => !carriesPorts(number))
  if (protocols !== undefined && without === undefined) return
  const [field] = Object.entries(given).flatMap(([name, ports]) => (ports === undefined ? [] : [name]))
  if (field === undefined) return
  const message =
    without === undefined
      ? `${field} says nothing without a protocol: add proto: tcp, udp, or both in a list`
      : `${field} is given, but ${printProtocol(without.number)} has no ports: use proto tcp, udp, sctp or udplite`
  subject.report('ports-need-protocol', { at: [...at, field], mark: 'key', message })
}

function checkIcmp({ subject, at }: TestDraft, { protocols, icmpTypes, icmpCodes }: TestCase): void {
  const isIcmp = protocols?.length === 1 && [icmp, icmpv6].some((number) => protocols[0]?.number === number)
  if (icmpTypes !== undefined && !isIcmp) {
    const message =
      'icmp-type needs its protocol: add proto: icmp for IPv4 or proto: icmpv6 for IPv6, one of them alone'
    subject.report('icmp-needs-protocol', { at: [...at, 'icmp-type'], mark: 'key', message })
  }
  if (icmpCodes !== undefined && icmpTypes === undefined) {
    const message = 'icmp-code is given without a type: add the icmp-type that the code belongs to'
    subject.report('icmp-code-needs-type', { at: [...at, 'icmp-code'], mark: 'key', message })
  }
}
