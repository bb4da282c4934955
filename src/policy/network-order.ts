/** The order of networks and of ports on addresses in a host's view: IPv4 first, by base and prefix. */

import type { Cidr } from '../net/cidr.ts'
import type { NamedPortMember } from './host-view.ts'

export function compareNetworks(a: Cidr, b: Cidr): number {
  return a.family - b.family || compareNumbers(a.base, b.base) || a.prefix - b.prefix
}

/** By address, protocol and port. */
export function compareMembers(a: NamedPortMember, b: NamedPortMember): number {
  const addresses = a.address.family - b.address.family || compareNumbers(a.address.value, b.address.value)
  return addresses || a.protocol - b.protocol || a.port - b.port
}

function compareNumbers(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Where the networks are, the first in order first. */
export function orderOf(networks: readonly Cidr[]): readonly number[] {
  const four: number[] = []
  const six: { readonly at: number; readonly network: Cidr }[] = []
  for (const [at, network] of networks.entries()) {
    if (network.family === 4) four.push(at)
    else six.push({ at, network })
  }
  six.sort((a, b) => compareNetworks(a.network, b.network))
  return [...fourInOrder(four, networks), ...six.map(({ at }) => at)]
}

/** Digit by digit: comparing hundreds of thousands of big integers takes seconds. */
function fourInOrder(four: readonly number[], networks: readonly Cidr[]): readonly number[] {
  const bases = new Uint32Array(networks.length)
  for (const at of four) bases[at] = Number(networks[at]?.base)
  let ordered = byDigit(four, (at) => networks[at]?.prefix ?? 0)
  for (const shift of [0, 11, 22]) ordered = byDigit(ordered, (at) => ((bases[at] ?? 0) >>> shift) & (digits - 1))
  return ordered
}

const digits = 2048

/** Those of one digit stay in their order. */
function byDigit(list: readonly number[], digitOf: (at: number) => number): readonly number[] {
  const ends = new Uint32Array(digits)
  for (const at of list) ends[digitOf(at)] = (ends[digitOf(at)] ?? 0) + 1
  for (let digit = 1; digit < digits; digit++) ends[digit] = (ends[digit] ?? 0) + (ends[digit - 1] ?? 0)
  const ordered = new Array<number>(list.length)
  for (let from = list.length - 1; from >= 0; from--) {
    const at = list[from] ?? 0
    const end = (ends[digitOf(at)] ?? 0) - 1
    ends[digitOf(at)] = end
    ordered[end] = at
  }
  return ordered
}
