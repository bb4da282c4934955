/** Reads a facts file (JSON): what a host looks like, so that its plan can be computed anywhere. */

import { type Checked, type Diagnostic, inSourceOrder } from '../diagnostic/diagnostic.ts'
import type { Source } from '../diagnostic/source.ts'
import type { HostFacts, HostInterface, InterfaceAddress } from '../host/host-facts.ts'
import { readAddress } from '../net/address.ts'
import { readCidr } from '../net/cidr.ts'
import { compareNames } from '../policy/resource.ts'
import type { HostFactsDocument } from '../schema/host-facts.ts'
import { validators } from '../schema/validators.js'
import { checkStructure } from './check-structure.ts'
import { whyNoName } from './names.ts'
import { readSingleDocument } from './read-single-document.ts'
import { type Subject, subjectOf } from './subject.ts'
import { whyNoAddress } from './why-no-address.ts'

type InterfaceDocument = NonNullable<HostFactsDocument['interfaces']>[number]

/** JSON is YAML, and the YAML reader knows where things stand. Undefined when anything is wrong. */
export function readHostFacts(source: Source): Checked<HostFacts | undefined> {
  const { value: document, diagnostics: syntax } = readSingleDocument(source, 'facts')
  if (document === undefined) return { value: undefined, diagnostics: syntax }
  const structure = checkStructure(document, 'HostFacts', validators.HostFacts)
  const diagnostics: Diagnostic[] = [...structure.diagnostics]
  const subject = subjectOf(document, document.value as HostFactsDocument, { unsound: structure.unsound, diagnostics })
  const facts = readFacts(subject)
  return { value: diagnostics.length === 0 ? facts : undefined, diagnostics: inSourceOrder(diagnostics) }
}

function readFacts(subject: Subject<HostFactsDocument>): HostFacts {
  const { node, interfaces } = subject.value
  const why = subject.isSound(['node']) ? whyNoName(node) : undefined
  if (why !== undefined)
    subject.report('invalid-name', { at: ['node'], message: `the host name "${node}" is not valid: ${why}` })
  const read = Array.isArray(interfaces)
    ? interfaces.flatMap((one: InterfaceDocument, index: number) => readInterface(subject, one, index))
    : []
  return { node, interfaces: read.sort((a, b) => compareNames(a.name, b.name)) }
}

function readInterface(
  subject: Subject<HostFactsDocument>,
  document: InterfaceDocument,
  index: number,
): readonly HostInterface[] {
  const at = ['interfaces', index]
  if (!subject.isSound(at)) return []
  const { name, addresses, up = true, master } = document
  if (!/^[^\s/]{1,15}$/.test(name)) {
    subject.report('invalid-value', {
      at: [...at, 'name'],
      message: `"${name}" is not an interface name: the kernel allows 1 to 15 characters without blanks and "/"`,
    })
  }
  const first = subject.value.interfaces?.findIndex((other) => other.name === name) ?? index
  if (first !== index) {
    const notes = [
      { span: subject.document.spanOf(['interfaces', first, 'name'], 'value'), message: 'first described here' },
    ]
    subject.report('duplicate-entry', {
      at: [...at, 'name'],
      message: `the interface "${name}" is described twice: remove one`,
      notes,
    })
  }
  const read = addresses.flatMap((text, position) =>
    readInterfaceAddress(subject, [...at, 'addresses', position], text),
  )
  return [{ name, addresses: read, up, master: master ?? undefined }]
}

function readInterfaceAddress(
  subject: Subject<unknown>,
  at: readonly (string | number)[],
  text: string,
): readonly InterfaceAddress[] {
  const reading = readCidr(text)
  const [bare = ''] = text.split('/')
  const address = readAddress(bare)
  if (reading.type === 'cidr' && reading.hasMask && address !== undefined) return [{ address, network: reading.cidr }]
  const why =
    address === undefined
      ? whyNoAddress(bare)
      : `write the prefix length of its network too, as ${bare}/${address.family === 4 ? 24 : 64}`
  subject.report('address-syntax', { at, message: `"${text}" is not an interface address: ${why}` })
  return []
}
