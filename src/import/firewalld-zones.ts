/** The zones of firewalld as they are before anybody edits them. */

import type { Place } from './filter.ts'
import type { Element } from './read-xml.ts'

interface KnownZone {
  readonly target: string
  readonly services: readonly string[]
  readonly forwards: boolean
}

const inside = ['ssh', 'mdns', 'samba-client', 'dhcpv6-client']

const knownZones: Readonly<Record<string, KnownZone>> = {
  block: { target: '%%REJECT%%', services: [], forwards: true },
  dmz: { target: 'default', services: ['ssh'], forwards: true },
  drop: { target: 'DROP', services: [], forwards: true },
  external: { target: 'default', services: ['ssh'], forwards: true },
  home: { target: 'default', services: inside, forwards: true },
  internal: { target: 'default', services: inside, forwards: true },
  public: { target: 'default', services: ['ssh', 'dhcpv6-client'], forwards: true },
  trusted: { target: 'ACCEPT', services: [], forwards: true },
  work: { target: 'default', services: ['ssh', 'dhcpv6-client'], forwards: true },
}

/** By its name; none when firewalld ships no such zone. */
export function shippedZone(name: string): readonly (readonly [string, Element])[] {
  const known = knownZones[name]
  if (known === undefined) return []
  const span: Place = { source: { path: `zone ${name} as shipped`, text: '' }, start: 0, end: 0 }
  const element = (kind: string, attributes: Element['attributes'], children: readonly Element[] = []): Element => ({
    name: kind,
    attributes,
    children,
    text: '',
    span,
  })
  const services = known.services.map((service) => element('service', { name: service }))
  const forward = known.forwards ? [element('forward', {})] : []
  return [[name, element('zone', { target: known.target }, [...services, ...forward])]]
}
