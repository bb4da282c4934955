/** Items of a YAML list that are addresses or networks: all that is known of them is where they start, and all else is found there. */

import { Scalar } from 'yaml'

/** Text of this form is never anything but a string: other plain scalars hold neither a slash nor a colon nor two points. */
const plain = String.raw`(?:\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,3})?|[\da-fA-F]*:[\da-fA-F:.]*(?:/\d{1,3}|(?<!:)))`

/** Plain or quoted; unquoted it may end in the midst of a longer word. */
export const writtenAddress = `(?:${plain}|"${plain}"|'${plain}')`

const address = new RegExp(writtenAddress, 'y')

/** undefined where none starts. */
export function addressEnd(text: string, start: number): number | undefined {
  address.lastIndex = start
  return address.test(text) ? address.lastIndex : undefined
}

/** The value of the item that starts there. */
export function addressAt(text: string, start: number): string {
  const end = addressEnd(text, start) ?? start
  return quoteAt(text, start) === undefined ? text.slice(start, end) : text.slice(start + 1, end - 1)
}

/** The node that the parser would have made of the item that starts there, without its comment. */
export class AddressNode extends Scalar<string> {
  declare srcToken?: never
  override readonly source: string
  override range: Scalar.Parsed['range']

  constructor(text: string, start: number) {
    super(addressAt(text, start))
    const end = addressEnd(text, start) ?? start
    this.type = quoteAt(text, start) ?? 'PLAIN'
    this.source = text.slice(start, end)
    this.range = [start, end, end]
  }
}

function quoteAt(text: string, start: number): 'QUOTE_DOUBLE' | 'QUOTE_SINGLE' | undefined {
  const mark = text[start]
  if (mark === '"') return 'QUOTE_DOUBLE'
  return mark === "'" ? 'QUOTE_SINGLE' : undefined
}
