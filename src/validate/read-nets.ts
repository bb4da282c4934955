/** Reads the networks of a rule, of a network set or of a failsafe port. */

import type { Path } from '../document/located-document.ts'
import { type Cidr, printCidr, readCidr } from '../net/cidr.ts'
import type { Subject } from './subject.ts'
import { whyNoAddress } from './why-no-address.ts'

/** One network with the place where it stands, for messages about several of them. */
export interface PlacedCidr {
  readonly cidr: Cidr
  readonly at: Path
}

/** As rules want them: with a mask and no bits behind it, none twice. Faulty ones are reported and left out. */
export function readRuleNets(subject: Subject<unknown>, at: Path, nets: readonly string[]): readonly PlacedCidr[] {
  if (nets.length === 0) {
    const message = `${String(at.at(-1))} is an empty list, which Calico takes as "any address": list networks, or remove the field`
    subject.report('empty-list', { at, mark: 'key', message })
  }
  reportRepeated(subject, at, nets)
  return nets.flatMap((text, index) => {
    const place = [...at, index]
    const cidr = subject.isSound(place) ? readStrictCidr(subject, place, text) : undefined
    return cidr === undefined ? [] : [{ cidr, at: place }]
  })
}

/** As network sets want them: a bare address stands for itself, bits behind the mask are dropped. */
export function readSetNets(subject: Subject<unknown>, at: Path, nets: readonly string[]): readonly Cidr[] {
  reportRepeated(subject, at, nets)
  const read: Cidr[] = []
  for (let index = 0; index < nets.length; index++) {
    const text: unknown = nets[index]
    if (typeof text !== 'string') continue
    const reading = readCidr(text)
    if (reading.type === 'cidr') read.push(reading.cidr)
    else
      subject.report('cidr-syntax', {
        at: [...at, index],
        message: `"${text}" is not a network or address: ${whyNoNetwork(text, reading.type)}`,
      })
  }
  return read
}

/** Undefined when it was reported as faulty. */
export function readStrictCidr(subject: Subject<unknown>, at: Path, text: string): Cidr | undefined {
  const reading = readCidr(text)
  if (reading.type !== 'cidr') {
    subject.report('cidr-syntax', { at, message: `"${text}" is not a network: ${whyNoNetwork(text, reading.type)}` })
    return undefined
  }
  if (!reading.hasMask) {
    subject.report('cidr-syntax', { at, message: `"${text}" has no mask: write ${printCidr(reading.cidr)}` })
    return undefined
  }
  if (!reading.hasHostBits) return reading.cidr
  const [address = ''] = text.split('/')
  const single = `${address}/${reading.cidr.family === 4 ? 32 : 128}`
  const message = `"${text}" has bits set behind its mask: write ${printCidr(reading.cidr)} for the network or ${single} for the address`
  subject.report('cidr-host-bits', { at, message })
  return undefined
}

function reportRepeated(subject: Subject<unknown>, at: Path, nets: readonly string[]): void {
  if (new Set(nets).size === nets.length) return
  const first = new Map<string, number>()
  for (const [index, text] of nets.entries()) {
    if (typeof text !== 'string') continue
    const earlier = first.get(text)
    if (earlier === undefined) first.set(text, index)
    else {
      const notes = [{ span: subject.document.spanOf([...at, earlier], 'value'), message: 'first listed here' }]
      subject.report('duplicate-entry', { at: [...at, index], message: `"${text}" is listed twice: remove one`, notes })
    }
  }
}

export function whyNoNetwork(text: string, type: 'bad-address' | 'bad-prefix'): string {
  const [address = '', prefix = ''] = text.split('/')
  if (type === 'bad-prefix')
    return `the mask "/${prefix}" must be a number from 0 to ${address.includes(':') ? 128 : 32}`
  if (/^[\d.]+-[\d.]+$/.test(text)) return 'ranges are written as one or more networks, as 10.0.0.0/29'
  return whyNoAddress(address)
}
