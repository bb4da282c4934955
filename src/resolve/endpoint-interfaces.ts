/**
 * Which endpoint governs which interface (behaviour.md section 3).
 *
 * Candidates for an interface are the endpoints that name it, whether or not it exists yet, and the nameless ones
 * that expect an address it has. The smallest resource name wins. The smallest star endpoint takes all the rest.
 */

import { type Checked, type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import type { HostFacts, HostInterface } from '../host/host-facts.ts'
import { printAddress, sameAddress } from '../net/address.ts'
import type { HostEndpoint } from '../policy/host-endpoint.ts'
import { compareNames } from '../policy/resource.ts'

export interface AssignInput {
  /** Of this node. */
  readonly endpoints: readonly HostEndpoint[]
  readonly facts: HostFacts
  /** Interfaces whose names start so belong to workloads. */
  readonly prefixes: readonly string[]
  /** Names, and prefixes that end with `*`, of interfaces that no endpoint governs. */
  readonly excluded: readonly string[]
}

export interface Assignment {
  /** In name order, the star endpoint last. */
  readonly governing: readonly { readonly endpoint: HostEndpoint; readonly interfaces: readonly string[] | '*' }[]
  readonly idle: readonly HostEndpoint[]
}

export function assignInterfaces(input: AssignInput): Checked<Assignment> {
  const endpoints = [...input.endpoints].sort((a, b) => compareNames(a.name, b.name))
  const [star, ...otherStars] = endpoints.filter((endpoint) => endpoint.interfaceName === '*')
  const single = endpoints.filter((endpoint) => endpoint.interfaceName !== '*')
  const candidates = candidatesByInterface(single, input)
  const winners = new Map<HostEndpoint, string[]>()
  for (const [name, [winner]] of candidates) {
    if (winner !== undefined) winners.set(winner, [...(winners.get(winner) ?? []), name].sort(compareNames))
  }
  const governing = single.flatMap((endpoint) => {
    const interfaces = winners.get(endpoint)
    return interfaces === undefined ? [] : [{ endpoint, interfaces }]
  })
  const contenders = new Set([...candidates.values()].flat())
  const idle = endpoints.filter((endpoint) => endpoint !== star && !winners.has(endpoint))
  return {
    value: { governing: star === undefined ? governing : [...governing, { endpoint: star, interfaces: '*' }], idle },
    diagnostics: [
      ...[...candidates].flatMap(([name, [winner, ...losers]]) => losers.map((loser) => shadowed(loser, winner, name))),
      ...otherStars.map((loser) => shadowed(loser, star, '*')),
      ...idle.filter((endpoint) => !contenders.has(endpoint)).flatMap((endpoint) => unresolved(endpoint, input)),
      ...governing.flatMap(({ interfaces }) =>
        interfaces.flatMap((name) => enslaved(winnerOf(candidates, name), input.facts)),
      ),
      ...input.facts.interfaces.flatMap((link) => unwritable(link, single)),
    ],
  }
}

/** For each interface that exists or is named: who may govern it, the winner first. */
function candidatesByInterface(
  endpoints: readonly HostEndpoint[],
  { facts, prefixes, excluded }: AssignInput,
): ReadonlyMap<string, readonly HostEndpoint[]> {
  const named = endpoints.flatMap((endpoint) => endpoint.interfaceName ?? [])
  const names = [...new Set([...facts.interfaces.map((link) => link.name), ...named])].sort(compareNames)
  const byName = new Map(facts.interfaces.map((link) => [link.name, link]))
  const host = names.filter((name) => isWritable(name) && !isWorkload(name, prefixes) && !isExcluded(name, excluded))
  return new Map(
    host.map((name) => [name, endpoints.filter((endpoint) => claims(endpoint, { name, link: byName.get(name) }))]),
  )
}

/** The kernel takes names that the language of nft has no way to write, or reads as a pattern. */
function isWritable(interfaceName: string): boolean {
  return !/["\\]|\*$/.test(interfaceName)
}

function isWorkload(interfaceName: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => interfaceName.startsWith(prefix))
}

function isExcluded(interfaceName: string, excluded: readonly string[]): boolean {
  return excluded.some((item) =>
    item.endsWith('*') ? interfaceName.startsWith(item.slice(0, -1)) : interfaceName === item,
  )
}

function claims(
  endpoint: HostEndpoint,
  target: { readonly name: string; readonly link: HostInterface | undefined },
): boolean {
  if (endpoint.interfaceName !== undefined) return endpoint.interfaceName === target.name
  const addresses = target.link?.addresses ?? []
  return endpoint.expectedIPs.some((expected) => addresses.some(({ address }) => sameAddress(address, expected)))
}

function winnerOf(candidates: ReadonlyMap<string, readonly HostEndpoint[]>, name: string) {
  return { name, endpoint: candidates.get(name)?.[0] }
}

function shadowed(loser: HostEndpoint, winner: HostEndpoint | undefined, name: string): Diagnostic {
  const what = name === '*' ? 'every other interface' : `interface "${name}"`
  return diagnose('shadowed-endpoint', {
    message: `host endpoint "${loser.name}" does not govern ${what} of ${loser.node}: "${winner?.name}" has the smaller name and wins`,
    span: loser.span,
    notes: winner === undefined ? [] : [{ span: winner.span, message: 'this one governs it' }],
  })
}

function unresolved(endpoint: HostEndpoint, { prefixes }: AssignInput): readonly Diagnostic[] {
  const name = endpoint.interfaceName
  if (name !== undefined) {
    if (!isWorkload(name, prefixes)) return []
    const message = `host endpoint "${endpoint.name}" names the workload interface "${name}": no host endpoint governs those`
    return [diagnose('workload-interface', { message, span: endpoint.span })]
  }
  const expected = endpoint.expectedIPs.map(printAddress).join(', ')
  return [
    diagnose('unresolved-endpoint', {
      message: `host endpoint "${endpoint.name}" governs nothing: no interface of ${endpoint.node} has ${expected}`,
      span: endpoint.span,
    }),
  ]
}

function unwritable(link: HostInterface, endpoints: readonly HostEndpoint[]): readonly Diagnostic[] {
  if (isWritable(link.name)) return []
  const claiming = endpoints.filter((endpoint) => claims(endpoint, { name: link.name, link }))
  return claiming.map((endpoint) => {
    const message = `host endpoint "${endpoint.name}" does not govern interface ${JSON.stringify(link.name)}: nft cannot write this name, so rename the interface`
    return diagnose('unwritable-interface', { message, span: endpoint.span })
  })
}

function enslaved(
  { name, endpoint }: { readonly name: string; readonly endpoint: HostEndpoint | undefined },
  facts: HostFacts,
): readonly Diagnostic[] {
  const master = facts.interfaces.find((link) => link.name === name)?.master
  if (master === undefined) return []
  const message = `host endpoint "${endpoint?.name}" governs "${name}", a port of "${master}": the kernel reports its traffic on "${master}", so put the endpoint there`
  return [diagnose('enslaved-interface', { message, span: endpoint?.span })]
}
