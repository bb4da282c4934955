/**
 * The routing tables of one family, as `ip -json route show table all` lists them -> by which interfaces packets to an address may go,
 * whichever rule chooses the table and whichever path of several is taken.
 */

import type { Address } from '../net/address.ts'
import { networkOf, readCidr } from '../net/cidr.ts'
import type { Family } from '../net/family.ts'

/** Names, each once; none where no table has a way. */
export type InterfacesTo = (address: Address) => readonly string[]

interface ListedRoute {
  /** Undefined for an ordinary one. */
  readonly type?: string
  readonly dst: string
  readonly dev?: string
  /** Undefined for the main one. */
  readonly table?: string
  readonly nexthops?: readonly { readonly dev?: string }[]
}

/** Of one table: prefix length -> base address -> interfaces. */
type RouteTable = Map<number, Map<bigint, Set<string>>>

/** Of each table the longest match counts, as for the kernel; routes that differ in their metric only are all possible. */
export function readRouteTables(text: string, family: Family): InterfacesTo {
  const tables = new Map<string, RouteTable>()
  for (const route of JSON.parse(text.trim() || '[]') as readonly ListedRoute[]) {
    const { type = 'unicast', table = 'main' } = route
    // what is local, a broadcast or a multicast address is asked for elsewhere; what is thrown away has no interface
    if (type !== 'unicast') continue
    const known = tables.get(table) ?? new Map()
    tables.set(table, known)
    addRoute(known, route, family)
  }
  const inOrder = [...tables.values()].map((table) => [...table].sort(([a], [b]) => b - a))
  return (address) => {
    const found = inOrder.flatMap((prefixes) => [...longestMatch(prefixes, address)])
    return [...new Set(found)]
  }
}

function addRoute(table: RouteTable, { dst, dev, nexthops = [] }: ListedRoute, family: Family): void {
  const read = dst === 'default' ? undefined : readCidr(dst)
  if (read !== undefined && read.type !== 'cidr') return
  const { prefix, base } = read?.cidr ?? { prefix: 0, base: 0n }
  if (read !== undefined && read.cidr.family !== family) return
  const networks = table.get(prefix) ?? new Map<bigint, Set<string>>()
  table.set(prefix, networks)
  const interfaces = networks.get(base) ?? new Set()
  networks.set(base, interfaces)
  for (const name of [dev, ...nexthops.map((hop) => hop.dev)]) if (name !== undefined) interfaces.add(name)
}

function longestMatch(
  prefixes: readonly (readonly [number, ReadonlyMap<bigint, ReadonlySet<string>>])[],
  address: Address,
): ReadonlySet<string> {
  for (const [prefix, networks] of prefixes) {
    const found = networks.get(networkOf(address, prefix).base)
    if (found !== undefined) return found
  }
  return none
}

const none: ReadonlySet<string> = new Set()
