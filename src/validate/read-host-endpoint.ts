/** Reads a HostEndpoint. */

import { type Address, readAddress } from '../net/address.ts'
import { readCidr } from '../net/cidr.ts'
import type { HostEndpoint } from '../policy/host-endpoint.ts'
import type { HostEndpointDocument } from '../schema/host-endpoint.ts'
import { readMetadata } from './check-metadata.ts'
import { checkInterfaceName, checkNode, checkProfileNames } from './endpoint-parts.ts'
import { exact } from './exact.ts'
import { readEndpointPorts } from './read-endpoint-ports.ts'
import type { Subject } from './subject.ts'
import { whyNoAddress } from './why-no-address.ts'

/** Whole only when nothing was reported. Whether its profiles exist is asked elsewhere. */
export function readHostEndpoint(subject: Subject<HostEndpointDocument>): HostEndpoint {
  const labels = readMetadata(subject, 'HostEndpoint', 'endpoint')
  const { metadata, spec } = subject.value
  checkNode(subject)
  checkInterface(subject)
  checkProfileNames(subject)
  return {
    kind: 'HostEndpoint',
    name: metadata.name,
    span: subject.document.spanOf(['metadata', 'name'], 'value'),
    node: spec.node,
    interfaceName: spec.interfaceName === '' ? undefined : spec.interfaceName,
    expectedIPs: exact(readExpectedIPs(subject)),
    profiles: spec.profiles ?? [],
    labels,
    ports: exact(readEndpointPorts(subject, spec.ports)),
  }
}

function checkInterface(subject: Subject<HostEndpointDocument>): void {
  if (!subject.isSound(['spec', 'interfaceName']) || !subject.isSound(['spec', 'expectedIPs'])) return
  const { interfaceName = '', expectedIPs = [] } = subject.value.spec
  if (interfaceName === '' && expectedIPs.length === 0) {
    const message =
      'neither interfaceName nor expectedIPs is given: name the interface, or the addresses by which it is found'
    subject.report('missing-interface', { at: ['spec'], mark: 'key', message })
  }
  if (interfaceName !== '' && interfaceName !== '*') checkInterfaceName(subject, interfaceName)
}

function readExpectedIPs(subject: Subject<HostEndpointDocument>): readonly Address[] {
  const { expectedIPs } = subject.value.spec
  if (!Array.isArray(expectedIPs)) return []
  const seen = new Set<string>()
  return expectedIPs.flatMap((text: string, index: number) => {
    const at = ['spec', 'expectedIPs', index]
    if (!subject.isSound(at)) return []
    const address = readAddress(text)
    if (address === undefined)
      subject.report('address-syntax', { at, message: `"${text}" is not an address: ${whyNoExpected(text)}` })
    else if (seen.has(text)) subject.report('duplicate-entry', { at, message: `"${text}" is listed twice: remove one` })
    seen.add(text)
    return address === undefined ? [] : [address]
  })
}

function whyNoExpected(text: string): string {
  const [address = ''] = text.split('/')
  return readCidr(text).type === 'cidr' ? `remove the mask, write ${address}` : whyNoAddress(address)
}
