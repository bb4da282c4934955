/** A service of firewalld, by its name -> what its packets look like. */

import { type Family, families } from '../net/family.ts'
import { choose } from './choice.ts'
import type { Loss, Place } from './filter.ts'
import { knownServices, servicesWithHelper } from './firewalld-services.ts'
import { listOf, type Match } from './match.ts'
import { readAddressList, readPortList, readProtocolWord } from './read-values.ts'
import { childrenOf, type Element } from './read-xml.ts'

export class Services {
  private readonly files: ReadonlyMap<string, Element>
  private readonly losses: Loss[]

  /** @param files by name: service files that were given */
  constructor(files: ReadonlyMap<string, Element>, losses: Loss[]) {
    this.files = files
    this.losses = losses
  }

  /** Any of them; none for a service that nobody knows, which is told. */
  matches(name: string, place: Place, seen: readonly string[] = []): readonly Match[] {
    if (seen.includes(name)) return []
    const file = this.files.get(name)
    const words = file === undefined ? knownServices[name]?.split(' ').filter(Boolean) : wordsOf(file)
    if (words === undefined) {
      const reason = `the service ${name} is not known here: give its file, as /usr/lib/firewalld/services/${name}.xml, too`
      this.losses.push({ effect: 'denies more', reason, span: place })
      return []
    }
    const hasHelper =
      file === undefined ? servicesWithHelper.has(name) : childrenOf(file, 'helper', 'module').length > 0
    if (hasHelper)
      this.losses.push({
        effect: 'denies more',
        reason: `connection tracking is not told to help with ${name}: its further connections need rules`,
        span: place,
      })
    const included = words
      .filter((word) => word.startsWith('@'))
      .flatMap((word) => this.matches(word.slice(1), place, [...seen, name]))
    const destinations = destinationsOf(words.filter((word) => word.startsWith('>')).map((word) => word.slice(1)))
    const own = words.filter((word) => !/^[@>]/.test(word)).flatMap(wordMatches)
    return [...included, ...own.flatMap((match) => destinations.map((destination) => ({ ...match, ...destination })))]
  }
}

function wordsOf(file: Element): readonly string[] {
  return [
    ...childrenOf(file, 'include').map(({ attributes }) => `@${attributes.service}`),
    ...childrenOf(file, 'port').map(({ attributes }) =>
      attributes.port ? `${attributes.port}/${attributes.protocol}` : `${attributes.protocol}`,
    ),
    ...childrenOf(file, 'protocol').map(({ attributes }) => `${attributes.value}`),
    ...childrenOf(file, 'source-port').map(({ attributes }) => `<${attributes.port}/${attributes.protocol}`),
    ...childrenOf(file, 'destination').flatMap(({ attributes }) =>
      [attributes.ipv4, attributes.ipv6].flatMap((to) => (to ? `>${to}` : [])),
    ),
  ]
}

function destinationsOf(words: readonly string[]): readonly Match[] {
  if (words.length === 0) return [{}]
  return families.flatMap((family: Family) => {
    const list = listOf(readAddressList(words, family) ?? [])
    return list.intervals.length === 0 ? [] : [{ family, destination: { among: list, not: [] } }]
  })
}

/** `80/tcp`, `8000-8010/udp`, `<500/udp` for a source port, `gre`. */
export function wordMatches(word: string): readonly Match[] {
  const [, source, ports, transport] = /^(<)?([\d-]+)\/(\w+)$/.exec(word) ?? []
  const protocol = readProtocolWord(transport ?? word)
  if (protocol === undefined) return [{ beyond: [`protocol ${transport ?? word}`] }]
  if (ports === undefined) return protocol === 0 ? [{}] : [{ protocol: choose(protocol) }]
  const list = readPortList([ports])
  if (list === undefined) return [{ beyond: [`the ports ${ports}`] }]
  return [{ protocol: choose(protocol), [source === undefined ? 'destinationPorts' : 'sourcePorts']: list }]
}
