/** An IPv4 or IPv6 address as a number of its family, read strictly and printed canonically (RFC 5952). */

import type { Family } from './family.ts'

export interface Address {
  readonly family: Family
  /** 0 to 2^32-1, or 0 to 2^128-1. */
  readonly value: bigint
}

/**
 * Reads one address. Undefined for anything else: leading zeros (octal in some programs), zones (`%eth0`),
 * IPv4-mapped IPv6 (`::ffff:1.2.3.4`), surrounding blanks.
 */
export function readAddress(text: string): Address | undefined {
  const address = readAnyAddress(text)
  if (address?.family === 6 && address.value >> 32n === 0xffffn) return undefined
  return address
}

/** As readAddress(), but takes IPv4-mapped IPv6 too: for text that the kernel printed. */
export function readAnyAddress(text: string): Address | undefined {
  if (text.includes(':')) {
    const value = readIpv6(text)
    return value === undefined ? undefined : { family: 6, value }
  }
  const value = readIpv4(text)
  return value === undefined ? undefined : { family: 4, value }
}

export function printAddress(address: Address): string {
  return address.family === 4 ? printIpv4(Number(address.value)) : printIpv6(address.value)
}

export function sameAddress(a: Address, b: Address): boolean {
  return a.family === b.family && a.value === b.value
}

export function addressBits(family: Family): 32 | 128 {
  return family === 4 ? 32 : 128
}

function readIpv4(text: string): bigint | undefined {
  let value = 0
  let at = 0
  for (let count = 1; count <= 4; count++) {
    const end = count === 4 ? text.length : text.indexOf('.', at)
    const octet = end === -1 ? undefined : readOctet(text, at, end)
    if (octet === undefined) return undefined
    value = value * 256 + octet
    at = end + 1
  }
  return BigInt(value)
}

/** Without leading zeros, which some programs take for octal. There are millions of them. */
function readOctet(text: string, start: number, end: number): number | undefined {
  const length = end - start
  if (length < 1 || length > 3) return undefined
  let octet = 0
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return undefined
    octet = octet * 10 + digit
  }
  const hasLeadingZero = length > 1 && text.charCodeAt(start) === 48
  return octet > 255 || hasLeadingZero ? undefined : octet
}

function readIpv6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = readGroups(halves[0] ?? '', halves.length === 1 ? 'end' : 'start')
  const tail = halves.length === 2 ? readGroups(halves[1] ?? '', 'end') : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail]
  return BigInt(`0x${groups.map((group) => group.toString(16).padStart(4, '0')).join('')}`)
}

/** The 16-bit groups of one side of `::`; an IPv4 tail is allowed only at the end of the address. */
function readGroups(text: string, place: 'start' | 'end'): readonly number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const groups: number[] = []
  for (const [index, part] of parts.entries()) {
    if (part.includes('.')) {
      const tail = place === 'end' && index === parts.length - 1 ? readIpv4(part) : undefined
      if (tail === undefined) return undefined
      groups.push(Number(tail >> 16n), Number(tail & 0xffffn))
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16))
    else return undefined
  }
  return groups
}

function printIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`
}

function printIpv6(value: bigint): string {
  const groups: number[] = []
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(Number((value >> shift) & 0xffffn))
  const gap = longestZeroRun(groups)
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':')
  if (gap.length < 2) return hex(groups)
  return `${hex(groups.slice(0, gap.start))}::${hex(groups.slice(gap.start + gap.length))}`
}

/** The first of the longest runs of zero groups. */
function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  return best
}
