/** Resources of the worked examples in few words (behaviour.md section 10). */

import type { Plain, PlainDocument } from '../fakes/plain-document.ts'

export type Fields = Readonly<Record<string, Plain>>

/** One or more repositories, and what becomes of packets or of the repository itself. */
export interface WorkedExample {
  readonly id: string
  readonly cases: readonly ExampleCase[]
}

export interface ExampleCase {
  readonly documents: readonly PlainDocument[]
  /** `iif=eth0 dport=80 allow`, as packetOf() reads them, after section 12; or what the repository itself meets. */
  readonly expected: readonly string[] | 'valid' | 'refused'
  /** The deviation of section 12 that makes it so, where Calico does something else. */
  readonly changedBy: string | undefined
}

export function example(id: string, ...cases: readonly ExampleCase[]): WorkedExample {
  return { id, cases }
}

export function given(documents: readonly PlainDocument[], ...expected: readonly string[]): ExampleCase {
  return { documents, expected, changedBy: undefined }
}

export function changed(by: string, documents: readonly PlainDocument[], ...expected: readonly string[]): ExampleCase {
  return { documents, expected, changedBy: by }
}

export function refused(...documents: readonly PlainDocument[]): ExampleCase {
  return { documents, expected: 'refused', changedBy: undefined }
}

export function refusedBy(by: string, ...documents: readonly PlainDocument[]): ExampleCase {
  return { documents, expected: 'refused', changedBy: by }
}

export function valid(...documents: readonly PlainDocument[]): ExampleCase {
  return { documents, expected: 'valid', changedBy: undefined }
}

export function resource(kind: string, name: string, spec: Fields): PlainDocument {
  return { kind, metadata: { name }, spec }
}

export function labelled(document: PlainDocument, labels: Fields): PlainDocument {
  return { ...document, metadata: { ...document.metadata, labels } }
}

/** A repository that says nothing about h1. */
export const nothing = [resource('GlobalNetworkSet', 'unused', { nets: ['192.0.2.0/24'] })]

/** On h1, with the label `hep` of its own name. */
export function hep(name: string, spec: Fields, labels: Fields = {}): PlainDocument {
  return labelled(resource('HostEndpoint', name, { node: 'h1', ...spec }), { hep: name, ...labels })
}

export const e0 = hep('e0', { interfaceName: 'eth0' })
export const e1 = hep('e1', { interfaceName: 'eth1' })
export const star = hep('star', { interfaceName: '*' })
export const openProfile = 'projectcalico-default-allow'
export const e0Open = hep('e0', { interfaceName: 'eth0', profiles: [openProfile] })

/** `in` and `eg` are rules, as rule() reads them or as they are; the rest is the spec. */
export interface PolicyParts {
  readonly in?: readonly (string | Fields)[]
  readonly eg?: readonly (string | Fields)[]
  readonly spec?: Fields
}

/** A GlobalNetworkPolicy for the selector. */
export function gnp(name: string, selector: string, parts: PolicyParts): PlainDocument {
  return resource('GlobalNetworkPolicy', name, { selector, ...specOf(parts) })
}

export function specOf({ in: ingress, eg: egress, spec = {} }: PolicyParts): Fields {
  return {
    ...spec,
    ...(ingress === undefined ? {} : { ingress: ingress.map(rule) }),
    ...(egress === undefined ? {} : { egress: egress.map(rule) }),
  }
}

export const forward: Fields = { applyOnForward: true }
export const preDnat: Fields = { applyOnForward: true, preDNAT: true }
export const untracked: Fields = { applyOnForward: true, doNotTrack: true }

/** `A tcp dst 80`, `D src 192.0.2.0/24`: A, D, Pass or Log, then a protocol, then sides with a port or a network. */
function rule(text: string | Fields): Fields {
  if (typeof text !== 'string') return text
  const [action = '', ...words] = text.split(' ')
  const fields: Record<string, Plain> = { action: { A: 'Allow', D: 'Deny' }[action] ?? action }
  for (const [index, word] of words.entries()) {
    if (word === 'tcp' || word === 'udp') fields.protocol = word.toUpperCase()
    if (word !== 'src' && word !== 'dst') continue
    const value = words[index + 1] ?? ''
    fields[word === 'src' ? 'source' : 'destination'] = /[/]/.test(value)
      ? { nets: [value] }
      : { ports: [Number(value)] }
  }
  return fields
}

export function tier(name: string, spec: Fields): PlainDocument {
  return resource('Tier', name, spec)
}

export function settings(spec: Fields): PlainDocument {
  return resource('FelixConfiguration', 'default', spec)
}

/** cali1 (`app=a`) or cali2 (`app=b`), with a profile that allows everything unless the spec says otherwise. */
export function wep(app: 'a' | 'b', spec: Fields = {}): PlainDocument {
  const number = app === 'a' ? 1 : 2
  return {
    kind: 'WorkloadEndpoint',
    metadata: { name: `h1-lxc-w${number}-eth0`, namespace: 'default', labels: { app } },
    spec: {
      ...{ node: 'h1', orchestrator: 'lxc', workload: `w${number}`, endpoint: 'eth0', interfaceName: `cali${number}` },
      ...{ ipNetworks: [`10.65.0.${number + 1}/32`, `fd00:65::${number + 1}/128`], profiles: [openProfile], ...spec },
    },
  }
}
