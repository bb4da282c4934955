/** One field of a set element or literal, in the text that we write ourselves. */

import { printAddress, readAnyAddress } from '../net/address.ts'
import { readNames } from './symbols.ts'

/** The canonical text of one address, network or range as nft prints it; other text unchanged. */
export function readElementField(text: string): string {
  if (!text.includes(':')) return readNames.protocol(text)?.toString() ?? text
  return text
    .split('-')
    .map((end) => {
      const [address = '', prefix] = end.split('/')
      const read = readAnyAddress(address)
      if (read === undefined) return end
      return prefix === undefined ? printAddress(read) : `${printAddress(read)}/${prefix}`
    })
    .join('-')
}
