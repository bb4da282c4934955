/** Checks what host endpoints and workload endpoints have in common: the host, the interface, the profiles. */

import { whyNoInterface, whyNoName } from './names.ts'
import type { Subject } from './subject.ts'

interface EndpointDocument {
  readonly spec: { readonly node: string; readonly profiles?: readonly string[] }
}

export function checkNode(subject: Subject<EndpointDocument>): void {
  const at = ['spec', 'node']
  if (!subject.isSound(at)) return
  const { node } = subject.value.spec
  const why = whyNoName(node)
  if (why !== undefined) subject.report('invalid-name', { at, message: `the host name "${node}" is not valid: ${why}` })
}

export function checkInterfaceName(subject: Subject<unknown>, name: string): void {
  const why = whyNoInterface(name)
  if (why === undefined) return
  const everything =
    subject.document.kind === 'HostEndpoint' && name.includes('*') ? ', or "*" for every interface' : ''
  const message = `"${name}" is not an interface name: ${why}${everything}`
  subject.report('invalid-value', { at: ['spec', 'interfaceName'], message })
}

/** Whether there are such profiles is asked elsewhere. */
export function checkProfileNames(subject: Subject<EndpointDocument>): void {
  const { profiles } = subject.value.spec
  if (!Array.isArray(profiles)) return
  for (const [index, name] of profiles.entries()) {
    const at = ['spec', 'profiles', index]
    const why = subject.isSound(at) ? whyNoName(String(name)) : undefined
    if (why !== undefined)
      subject.report('invalid-name', { at, message: `the profile name "${String(name)}" is not valid: ${why}` })
  }
}
