/** A connection for people: `tcp 10.0.0.5:5555 -> 10.0.0.1:80`. */

import { type Address, printAddress } from '../net/address.ts'
import { printProtocol } from '../net/protocol.ts'
import { endOf, type Flow } from './flow.ts'

export function printFlow(flow: Flow): string {
  const to = printEnd(flow.destination, flow.destinationPort)
  const end = endOf(flow)
  const rewritten = flow.rewritten === undefined ? '' : ` (${printEnd(end.destination, end.destinationPort)})`
  return `${printProtocol(flow.protocol).toLowerCase()} ${printEnd(flow.source, flow.sourcePort)} -> ${to}${rewritten}`
}

function printEnd(address: Address, port: number | undefined): string {
  if (port === undefined) return printAddress(address)
  return address.family === 4 ? `${printAddress(address)}:${port}` : `[${printAddress(address)}]:${port}`
}
