/** A connection as an element of the sets of ended ones, which name a packet of its answers. */

import { printAddress } from '../net/address.ts'
import { tcp } from '../net/protocol.ts'
import { endOf, type Flow } from './flow.ts'

/**
 * Seconds after which an answer that opens a connection anew is no longer taken for one of the old connection. Of TCP the
 * set's own time holds: a connection can be silent for days. Elsewhere an answer looks like a request of ours, which
 * policy may well allow, so it is only kept away for about as long as the kernel remembers such a flow.
 */
const shortTimeout = ' timeout 300s'

/** Undefined without ports: then there is no mid-stream packet to be told from a first one. */
export function endedElement(flow: Flow): string | undefined {
  const { destination, destinationPort } = endOf(flow)
  if (flow.sourcePort === undefined || destinationPort === undefined) return undefined
  const fields = [printAddress(destination), printAddress(flow.source), flow.protocol, destinationPort, flow.sourcePort]
  return `${fields.join(' . ')}${flow.protocol === tcp ? '' : shortTimeout}`
}
