/** A network: a family, a base address without host bits, and a prefix length. */

import { type Address, addressBits, printAddress, readAddress } from './address.ts'
import type { Family } from './family.ts'
import { type Interval, mergeIntervals } from './interval.ts'

export interface Cidr {
  readonly family: Family
  readonly base: bigint
  readonly prefix: number
}

export type CidrReading =
  | { readonly type: 'cidr'; readonly cidr: Cidr; readonly hasHostBits: boolean; readonly hasMask: boolean }
  | { readonly type: 'bad-address' | 'bad-prefix' }

/** Reads `address/prefix` or a bare address. Host bits are masked off and reported. */
export function readCidr(text: string): CidrReading {
  const slash = text.indexOf('/')
  const address = readAddress(slash === -1 ? text : text.slice(0, slash))
  if (address === undefined) return { type: 'bad-address' }
  const bits = addressBits(address.family)
  if (slash === -1) return { type: 'cidr', cidr: hostCidr(address), hasHostBits: false, hasMask: false }
  const prefixText = text.slice(slash + 1)
  if (!/^(0|[1-9]\d{0,2})$/.test(prefixText) || Number(prefixText) > bits) return { type: 'bad-prefix' }
  const cidr = networkOf(address, Number(prefixText))
  return { type: 'cidr', cidr, hasHostBits: cidr.base !== address.value, hasMask: true }
}

/** Of texts that are networks: those that the code itself knows. */
export function knownCidrs(...texts: readonly string[]): readonly Cidr[] {
  return texts.flatMap((text) => {
    const reading = readCidr(text)
    return reading.type === 'cidr' ? [reading.cidr] : []
  })
}

/** The network of the given prefix length that contains the address. */
export function networkOf(address: Address, prefix: number): Cidr {
  const hostBits = BigInt(addressBits(address.family) - prefix)
  if (hostBits === 0n) return hostCidr(address)
  return { family: address.family, base: (address.value >> hostBits) << hostBits, prefix }
}

/** The network of this one address. */
export function hostCidr(address: Address): Cidr {
  return { family: address.family, base: address.value, prefix: addressBits(address.family) }
}

/** Always with the mask: `10.0.0.1/32`. */
export function printCidr(cidr: Cidr): string {
  return `${printAddress({ family: cidr.family, value: cidr.base })}/${cidr.prefix}`
}

/** As an address: `255.255.255.0` for 24 bits of IPv4. */
export function printNetmask(prefix: number, family: Family): string {
  const hostBits = BigInt(addressBits(family) - prefix)
  return printAddress({ family, value: ((1n << BigInt(prefix)) - 1n) << hostBits })
}

/** The prefix length; undefined when the ones are not all in front. */
export function readNetmask(text: string, family: Family): number | undefined {
  const address = readAddress(text)
  if (address?.family !== family) return undefined
  const prefix = address.value.toString(2).padStart(addressBits(family), '0').indexOf('0')
  const length = prefix === -1 ? addressBits(family) : prefix
  return printNetmask(length, family) === printAddress(address) ? length : undefined
}

export function cidrContains(cidr: Cidr, { family, value }: Address): boolean {
  const { from, to } = cidrInterval(cidr)
  return cidr.family === family && value >= from && value <= to
}

/** First and last address. */
export function cidrInterval(cidr: Cidr): Interval {
  return { from: cidr.base, to: cidr.base + (1n << BigInt(addressBits(cidr.family) - cidr.prefix)) - 1n }
}

/** The addresses of those of the family, canonical. */
export function intervalsOf(networks: readonly Cidr[], family: Family): readonly Interval[] {
  return mergeIntervals(networks.filter((network) => network.family === family).map(cidrInterval))
}

/** The fewest networks that together are the interval, in order. */
export function networksOf({ from, to }: Interval, family: Family): readonly Cidr[] {
  const bits = addressBits(family)
  const whole = intervalPrefix({ from, to }, family)
  if (whole !== undefined) return [{ family, base: from, prefix: whole }]
  const networks: Cidr[] = []
  for (let base = from; base <= to; ) {
    let prefix = bits
    // the next larger network must begin here and end in time
    for (let size = 2n; prefix > 0 && base % size === 0n && base + size - 1n <= to; size <<= 1n) prefix--
    networks.push({ family, base, prefix })
    base += 1n << BigInt(bits - prefix)
  }
  return networks
}

/** The prefix length when the interval is exactly one network. */
export function intervalPrefix(interval: Interval, family: Family): number | undefined {
  const size = interval.to - interval.from + 1n
  if ((size & (size - 1n)) !== 0n || (interval.from & (size - 1n)) !== 0n) return undefined
  return addressBits(family) - (size.toString(2).length - 1)
}
