/** Checks the ICMP matches of a rule (behaviour.md 1.6, RM-41). */

import { icmp, icmpv6 } from '../net/protocol.ts'
import type { RuleDraft } from './read-rules.ts'

const icmpFields: readonly ('icmp' | 'notICMP')[] = ['icmp', 'notICMP']

export function checkRuleIcmp({ subject, at, document, protocol }: RuleDraft): void {
  for (const field of icmpFields) {
    const match = document[field]
    const path = [...at, field]
    if (typeof match !== 'object' || match === null || !subject.isSound(path)) continue
    if (match.code !== undefined && match.type === undefined) {
      const message = `${field} has a code without a type: add the type that the code ${match.code} belongs to`
      subject.report('icmp-code-needs-type', { at: [...path, 'code'], mark: 'key', message })
    }
    // a protocol that could not be read was reported itself
    if (document.protocol !== undefined && protocol === undefined) continue
    if (protocol !== icmp && protocol !== icmpv6) {
      const message = `${field} needs the protocol: add protocol: ICMP for IPv4 or protocol: ICMPv6 for IPv6`
      subject.report('icmp-needs-protocol', { at: path, mark: 'key', message })
    }
  }
}
