/** Reads the ports that an endpoint gives names to. */

import type { Path } from '../document/located-document.ts'
import { readAddress } from '../net/address.ts'
import { hasPorts, printProtocol, readProtocol } from '../net/protocol.ts'
import type { EndpointPort } from '../policy/endpoint-port.ts'
import { whyNoPortName } from './names.ts'
import type { Subject } from './subject.ts'
import { whyNoAddress } from './why-no-address.ts'
import { whyNoProtocol } from './why-no-protocol.ts'

interface PortDocument {
  readonly name?: string
  readonly protocol: string | number
  readonly port: number
  readonly hostPort?: number
  readonly hostIP?: string
}

/** Whole only when nothing was reported. Ports without a name serve programs that map ports: they are left out. */
export function readEndpointPorts(
  subject: Subject<unknown>,
  ports: readonly PortDocument[] | undefined,
): readonly EndpointPort[] {
  if (!Array.isArray(ports)) return []
  const first = new Map<string, number>()
  return ports.flatMap((document: PortDocument, index: number) => {
    const at = ['spec', 'ports', index]
    if (!subject.isSound(at)) return []
    const port = readPort(subject, at, document)
    if (port === undefined) return []
    const identity = `${port.name}/${port.protocol}`
    const earlier = first.get(identity)
    if (earlier === undefined) first.set(identity, index)
    else reportTwice(subject, { at, earlier, port })
    return [port]
  })
}

function readPort(subject: Subject<unknown>, at: Path, document: PortDocument): EndpointPort | undefined {
  const { name = '', hostPort = 0, hostIP = '', port } = document
  const why = name === '' && hostPort > 0 ? undefined : whyNoPortName(name)
  if (why !== undefined) {
    const place: Path = document.name === undefined ? at : [...at, 'name']
    subject.report('invalid-name', { at: place, message: `the port name "${name}" is not valid: ${why}` })
  }
  if (hostIP !== '' && readAddress(hostIP) === undefined) {
    const message = `"${hostIP}" is not an address: ${whyNoAddress(hostIP)}`
    subject.report('address-syntax', { at: [...at, 'hostIP'], message })
  }
  const protocol = readPortProtocol(subject, [...at, 'protocol'], document.protocol)
  return protocol === undefined || name === '' ? undefined : { name, protocol, port }
}

function readPortProtocol(subject: Subject<unknown>, at: Path, value: string | number): number | undefined {
  const protocol = readProtocol(value)
  if (protocol !== undefined && hasPorts(protocol)) return protocol
  const message =
    protocol === undefined
      ? `the protocol ${JSON.stringify(value)} is not known: ${whyNoProtocol(value)}`
      : `${printProtocol(protocol)} has no ports that can be named: use TCP, UDP or SCTP`
  subject.report('invalid-value', { at, message })
  return undefined
}

function reportTwice(
  subject: Subject<unknown>,
  { at, earlier, port }: { readonly at: Path; readonly earlier: number; readonly port: EndpointPort },
): void {
  subject.report('duplicate-entry', {
    at,
    message: `the port name "${port.name}" is given twice for ${printProtocol(port.protocol)}: rename or remove one`,
    notes: [{ span: subject.document.spanOf(['spec', 'ports', earlier], 'value'), message: 'first given here' }],
  })
}
