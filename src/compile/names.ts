/** The names of chains, sets, maps and counters: stable between compilations, readable, and within the kernel's limits. */

import { createHash } from 'node:crypto'
import type { Family } from '../net/family.ts'
import type { Direction } from '../policy/rule.ts'

/** The kernel takes 255 bytes (NFT_NAME_MAXLEN); what our chains append to an endpoint's name fits into the rest. */
const longestName = 150
const longestPath = 250
/** Of a staged policy: more parts follow it. */
const longestStaged = 100

/** All that only tries out a staged policy is called so. */
export const stagedPrefix = 'staged/'

/** Of a host endpoint in one stage: `ingress/web-1`, `forward/egress/gw-1`. */
export const endpointChain = (stage: string, endpoint: string): string => `${stage}/${bounded(endpoint)}`
export const policyChain = (chain: string): string => `${chain}/policy`
export const interfaceMap = (stage: string): string => `interfaces/${stage}`
export const workloadName = (workload: { readonly namespace: string; readonly name: string }): string =>
  bounded(`${workload.namespace}/${workload.name}`)
export const namedPortSet = (key: string, family: Family): string => `ports${family}/${digest(key)}`
export const peerSet = (selector: string, family: Family): string => `peers${family}/${digest(selector)}`
/** Of those networks of the peers that have one prefix length. */
export const peerNetworksSet = (selector: string, family: Family, prefix: number): string =>
  `${peerSet(selector, family)}/${prefix}`
/** The prefix length; undefined for the name of another set. */
export function peerNetworksPrefix(name: string): number | undefined {
  const [, prefix] = /^peers[46]\/[0-9a-f]+\/(\d+)$/.exec(name) ?? []
  return prefix === undefined ? undefined : Number(prefix)
}
/** @param content the set's keys and elements */
export const mergedSet = (content: string): string => `${stagedPrefix}merged/${digest(content)}`
export const failsafeCounter = (direction: Direction, port: string): string => `failsafe/${direction}/${port}`

/** Of everything that belongs to one staged policy: `staged/gnp/web`. */
export function stagedName(policy: {
  readonly kind: string
  readonly namespace: string | undefined
  readonly name: string
}): string {
  return `${stagedPrefix}${kindPrefixes.get(policy.kind)}/${ownerOf(policy, longestStaged)}`
}

const kindPrefixes: ReadonlyMap<string, string> = new Map([
  ['GlobalNetworkPolicy', 'gnp'],
  ['StagedGlobalNetworkPolicy', 'gnp'],
  ['NetworkPolicy', 'np'],
  ['StagedNetworkPolicy', 'np'],
  ['Profile', 'profile'],
])

/** What the counters of a policy's rules in one direction begin with; a slash and the rule's number follow. */
export function ruleCounters(
  owner: { readonly kind: string; readonly namespace?: string | undefined; readonly name: string },
  direction: Direction,
): string {
  return `${kindPrefixes.get(owner.kind)}/${ownerOf(owner)}/${direction}`
}

function ownerOf(
  { namespace, name }: { readonly namespace?: string | undefined; readonly name: string },
  limit = longestName,
): string {
  return bounded(namespace === undefined ? name : `${namespace}/${name}`, limit)
}

export function endpointCounter(endpoint: string, direction: Direction, reason: 'denied' | 'invalid'): string {
  return `endpoint/${bounded(endpoint)}/${direction}/${reason}`
}

/** Of a station, segment or merged map, after the policy it starts with. */
export function partName(chain: string, part: string): string {
  return bounded(`${chain}/${bounded(part, 60)}`, longestPath)
}

/** Of the chain before a segment, and of the sets that it looks up. */
export const gateName = (segment: string): string => `${bounded(segment, longestPath - 30)}/gate`
export const gateSet = (segment: string, part: string): string => `${gateName(segment)}/${part}`
/** No policy's name has a slash. */
export const isGateSet = (set: string): boolean =>
  /\/gate\/(ports|addresses-[sd]addr[46]|networks-[sd]addr[46]-\d+)$/.test(set)

/** Text for an nft comment: at most 128 bytes of printable ASCII without double quotes, so that it is listed as it was written. */
export function commentText(text: string): string {
  if (/^[ !#-~]{0,128}$/.test(text)) return text
  const plain = text.replaceAll('"', "'").replace(/[^ -~]/g, '?')
  if (plain.length <= 128) return plain
  // the end tells the rule, the digest keeps apart what is equal but for the middle
  return `${plain.slice(0, 89)}.${digest(text)}...${plain.slice(-23)}`
}

/** A number of a policy, from its name, that says whether a segment or a group of them starts with it: from 0 to 65535. */
export interface Draw {
  readonly segment: number
  readonly group: number
}

export function drawOf(policy: string): Draw {
  const hex = digest(policy)
  return { segment: Number.parseInt(hex.slice(0, 4), 16), group: Number.parseInt(hex.slice(4, 8), 16) }
}

/** Always true for the same ones, and more often for one with more rules, so that it is true once in so many rules. */
export function starts(draw: number, rules: number, onceIn: number): boolean {
  return draw < (rules / onceIn) * 0x10000
}

function bounded(name: string, limit = longestName): string {
  return name.length <= limit ? name : `${name.slice(0, limit - 13)}.${digest(name)}`
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
