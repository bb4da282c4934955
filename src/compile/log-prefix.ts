/** The prefix of the lines that a Log rule writes. */

import { commentText } from './names.ts'

/** nft takes 127 bytes; a colon and a blank end it. */
const longestPrefix = 125

/** As Calico shortens them in a prefix. */
const kinds: ReadonlyMap<string, string> = new Map([
  ['GlobalNetworkPolicy', 'gnp'],
  ['NetworkPolicy', 'np'],
  ['Profile', 'pro'],
])

export interface LogPlace {
  readonly kind: string
  readonly namespace: string | undefined
  readonly name: string
  readonly tier: string
}

/** `%t` tier, `%k` kind (gnp, np, pro), `%n` name, `%p` namespace and name of the policy. */
export function logPrefixOf(template: string, place: LogPlace): string {
  const full = place.namespace === undefined ? place.name : `${place.namespace}/${place.name}`
  const values = new Map([
    ['%t', place.tier],
    ['%k', kinds.get(place.kind) ?? place.kind],
    ['%n', place.name],
    ['%p', full],
  ])
  const text = template.replace(/%[tknp]/g, (specifier) => values.get(specifier) ?? '')
  return `${commentText(text).slice(0, longestPrefix)}: `
}
