/** Checks that a rule with ports has a protocol with ports (behaviour.md R-3). */

import { hasPorts, printProtocol } from '../net/protocol.ts'
import type { RuleDraft } from './read-rules.ts'

const sides: readonly ('source' | 'destination')[] = ['source', 'destination']
const fields: readonly ('ports' | 'notPorts')[] = ['ports', 'notPorts']

/** Names bring their protocols with them, so a list of names alone needs none. */
export function checkRulePorts({ subject, at, document, protocol }: RuleDraft): void {
  // a protocol that could not be read was reported itself
  if (document.protocol !== undefined && protocol === undefined) return
  if (protocol !== undefined && hasPorts(protocol)) return
  const place = sides
    .flatMap((side) => fields.map((field) => ({ side, field })))
    .find(({ side, field }) => needsProtocol(document[side]?.[field], protocol))
  if (place === undefined) return
  const message =
    protocol === undefined
      ? 'the rule has ports but no protocol: add protocol: TCP, UDP or SCTP'
      : `the rule has ports, but ${printProtocol(protocol)} has none that can be matched: use protocol TCP, UDP or SCTP`
  subject.report('ports-need-protocol', { at: [...at, place.side, place.field], mark: 'key', message })
}

function needsProtocol(ports: unknown, protocol: number | undefined): boolean {
  if (!Array.isArray(ports)) return false
  return protocol === undefined ? ports.some((port) => /^\d/.test(String(port))) : ports.length > 0
}
