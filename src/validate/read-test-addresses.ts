/** Reads the addresses of a case of a PolicyTest. */

import { nearestName } from '../diagnostic/nearest-name.ts'
import type { Path } from '../document/located-document.ts'
import { type Cidr, readCidr } from '../net/cidr.ts'
import type { AddressChoice, PeerChoice } from '../policy/policy-test.ts'
import type { AddressesDocument, PeersDocument } from '../schema/policy-test.ts'
import type { Selector } from '../selector/selector.ts'
import { readNamespaceSelector } from './read-namespace-selector.ts'
import { readStrictCidr, whyNoNetwork } from './read-nets.ts'
import { readPolicySelector } from './read-policy-selector.ts'
import { scopePeers } from './scope-selectors.ts'
import type { Subject } from './subject.ts'
import { placedEntries } from './test-entries.ts'

/** Undefined: any. Faulty entries are reported and left out. */
export function readTestAddresses(
  subject: Subject<unknown>,
  at: Path,
  value: AddressesDocument | undefined,
): AddressChoice | undefined {
  const entries = placedEntries<string | PeersDocument>(subject, at, value)
  if (entries === undefined) return undefined
  return {
    networks: entries.flatMap((entry) =>
      typeof entry.value === 'string' ? readNetwork(subject, entry.at, entry.value) : [],
    ),
    peers: entries.flatMap((entry) => (isPeers(entry.value) ? readPeers(subject, entry.at, entry.value) : [])),
  }
}

function isPeers(value: string | PeersDocument): value is PeersDocument {
  return typeof value === 'object' && value !== null
}

/** An address alone stands for itself. */
function readNetwork(subject: Subject<unknown>, at: Path, text: string): readonly Cidr[] {
  const reading = readCidr(text)
  if (reading.type === 'cidr' && !reading.hasMask) return [reading.cidr]
  if (reading.type === 'cidr') {
    const cidr = readStrictCidr(subject, at, text)
    return cidr === undefined ? [] : [cidr]
  }
  const meansAny = text === '*' || nearestName(text, ['any', 'all', 'everybody']) !== undefined
  const why = meansAny ? 'did you mean any?' : whyNoAddresses(text, reading.type)
  subject.report('cidr-syntax', { at, message: `"${text}" is not an address or network: ${why}` })
  return []
}

function whyNoAddresses(text: string, type: 'bad-address' | 'bad-prefix'): string {
  const looksLikeSelector = /==|!=|\(|\bin\b/.test(text)
  return looksLikeSelector ? 'a selector stands in a mapping, as {selector: "..."}' : whyNoNetwork(text, type)
}

function readPeers(subject: Subject<unknown>, at: Path, given: PeersDocument): readonly PeerChoice[] {
  const read = (field: keyof PeersDocument, reader: typeof readPolicySelector): Selector | undefined => {
    const text = given[field]
    const place = [...at, field]
    if (text === undefined || !subject.isSound(place)) return undefined
    if (text.trim() !== '') return reader(subject, place, text)
    subject.report('invalid-value', {
      at: place,
      message: `${field} is empty: write all() for every peer, or remove it`,
    })
    return undefined
  }
  if (Object.keys(given).length === 0) {
    const message = `${String(at.at(-1))} is an empty mapping: give a selector, or write any`
    subject.report('missing-field', { at, message })
  }
  const selector = read('selector', readPolicySelector)
  const notSelector = read('notSelector', readPolicySelector)
  const namespaceSelector = read('namespaceSelector', readNamespaceSelector)
  const scoped = scopePeers({ namespaceSelector, selector, notSelector, namespace: undefined })
  return [{ selector: scoped, notSelector, span: subject.document.spanOf(at, 'value') }]
}
