/** Reads a HostEndpoint. */

import { type Address, readAddress } from '../net/address.ts'
import { readCidr } from '../net/cidr.ts'
import type { HostEndpoint } from '../policy/host-endpoint.ts'
import type { HostEndpointDocument } from '../schema/host-endpoint.ts'
import { readMetadata } from './check-metadata.ts'
import { whyNoName } from './names.ts'
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
    expectedIPs: readExpectedIPs(subject),
    profiles: spec.profiles ?? [],
    labels,
  }
}

function checkNode(subject: Subject<HostEndpointDocument>): void {
  const at = ['spec', 'node']
  if (!subject.isSound(at)) return
  const { node } = subject.value.spec
  const why = whyNoName(node)
  if (why !== undefined) subject.report('invalid-name', { at, message: `the host name "${node}" is not valid: ${why}` })
}

function checkInterface(subject: Subject<HostEndpointDocument>): void {
  const at = ['spec', 'interfaceName']
  if (!subject.isSound(at) || !subject.isSound(['spec', 'expectedIPs'])) return
  const { interfaceName = '', expectedIPs = [] } = subject.value.spec
  if (interfaceName === '' && expectedIPs.length === 0) {
    const message =
      'neither interfaceName nor expectedIPs is given: name the interface, or the addresses by which it is found'
    subject.report('missing-interface', { at: ['spec'], mark: 'key', message })
  }
  if (interfaceName === '' || interfaceName === '*' || /^[a-zA-Z0-9_.-]{1,15}$/.test(interfaceName)) return
  subject.report('invalid-value', {
    at,
    message: `"${interfaceName}" is not an interface name: ${whyNoInterface(interfaceName)}`,
  })
}

function whyNoInterface(name: string): string {
  if (name.includes(':')) return `aliases are addresses of the same interface, write "${name.split(':')[0]}"`
  if (name.includes('@')) return `what follows the @ is another interface, write "${name.split('@')[0]}"`
  if (/[*?[\]+]/.test(name)) return 'patterns are not supported, write one name or "*" for all'
  return name.length > 15
    ? `it has ${name.length} characters, the kernel allows 15`
    : 'use letters, digits, "_", "." and "-"'
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

function checkProfileNames(subject: Subject<HostEndpointDocument>): void {
  const { profiles } = subject.value.spec
  if (!Array.isArray(profiles)) return
  for (const [index, name] of profiles.entries()) {
    const at = ['spec', 'profiles', index]
    const why = subject.isSound(at) ? whyNoName(String(name)) : undefined
    if (why !== undefined)
      subject.report('invalid-name', { at, message: `the profile name "${String(name)}" is not valid: ${why}` })
  }
}
