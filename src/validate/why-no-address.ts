/** Says why a text is not an address that may be used. */

import { readAnyAddress } from '../net/address.ts'

/** Second half of a sentence about a text that readAddress() refused. */
export function whyNoAddress(text: string): string {
  const trimmed = text.trim()
  if (trimmed === '') return 'it is empty'
  if (trimmed !== text) return 'it has blanks around it'
  if (text.includes('%')) return 'remove the zone that starts with %'
  if (text.includes(':')) {
    return readAnyAddress(text) === undefined
      ? 'write an IPv6 address such as 2001:db8::1'
      : 'write the IPv4 address itself, without ::ffff:'
  }
  if (/[a-z]/i.test(text)) return 'names are not looked up, write addresses'
  const parts = text.split('.')
  if (parts.some((part) => /^0\d/.test(part))) return 'remove the leading zeros, some programs read them as octal'
  if (parts.length !== 4) return 'an IPv4 address has four numbers, as 10.0.0.1'
  return 'the numbers of an IPv4 address go from 0 to 255'
}
