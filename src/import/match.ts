/** What a rule of any firewall asks of a packet, and how two such questions become one. */

import type { Family } from '../net/family.ts'
import { type Interval, mergeIntervals, subtractIntervals } from '../net/interval.ts'
import { type Choice, complement, intersect, isEmptyChoice } from './choice.ts'

/** Every part that is there must hold. */
export interface Match {
  readonly iif?: Choice<string>
  readonly oif?: Choice<string>
  /** Always there with addresses. */
  readonly family?: Family
  readonly source?: Addresses
  readonly destination?: Addresses
  readonly protocol?: Choice<number>
  readonly sourcePorts?: readonly Interval[]
  readonly destinationPorts?: readonly Interval[]
  /** Of the ICMP of `family`, each 256 * type + code. */
  readonly icmp?: readonly Interval[]
  readonly destinationType?: Choice<DestinationType>
  readonly states?: readonly FilterState[]
  /** Destination NAT has changed it. */
  readonly isRewritten?: true
  /** In words: what can not be asked in a policy. */
  readonly beyond?: readonly string[]
}

export type DestinationType = 'local' | 'broadcast' | 'multicast' | 'unicast'
export type FilterState = 'new' | 'established' | 'related' | 'invalid' | 'untracked'

export interface Addresses {
  /** Undefined: all but the excluded. */
  readonly among: AddressList | undefined
  readonly not: readonly AddressList[]
}

export interface AddressList {
  /** Canonical. */
  readonly intervals: readonly Interval[]
  /** The set that has exactly these. */
  readonly set: string | undefined
}

/** Undefined when no packet can be both. */
export function both(a: Match, b: Match): Match | undefined {
  const family = a.family ?? b.family
  if (a.family !== undefined && b.family !== undefined && a.family !== b.family) return undefined
  const joined: Match = {
    ...a,
    ...b,
    ...part('family', family),
    ...part('iif', joinChoices(a.iif, b.iif)),
    ...part('oif', joinChoices(a.oif, b.oif)),
    ...part('protocol', joinChoices(a.protocol, b.protocol)),
    ...part('destinationType', joinChoices(a.destinationType, b.destinationType)),
    ...part('source', joinAddresses(a.source, b.source)),
    ...part('destination', joinAddresses(a.destination, b.destination)),
    ...part('sourcePorts', joinIntervals(a.sourcePorts, b.sourcePorts)),
    ...part('destinationPorts', joinIntervals(a.destinationPorts, b.destinationPorts)),
    ...part('icmp', joinIntervals(a.icmp, b.icmp)),
    ...part(
      'states',
      a.states === undefined || b.states === undefined
        ? (a.states ?? b.states)
        : a.states.filter((state) => b.states?.includes(state)),
    ),
    ...part('beyond', [...(a.beyond ?? []), ...(b.beyond ?? []).filter((words) => !a.beyond?.includes(words))]),
  }
  return isImpossible(joined) ? undefined : clean(joined)
}

/** All that are both one of these and one of those. */
export function bothOfAny(left: readonly Match[], right: readonly Match[]): readonly Match[] {
  return left.flatMap((a) => right.flatMap((b) => both(a, b) ?? []))
}

/**
 * Those packets of the context that do not match, when they are one match too: where one thing is asked that the context does not
 * ask already, and that can be turned round.
 */
export function opposite(match: Match, context: Match, families: readonly Family[]): Match | undefined {
  const asked = Object.keys(match).filter((key) => {
    const joined = both(context, { [key]: match[key as keyof Match] })
    return joined === undefined || !isSameMatch(joined, context)
  })
  const [key, ...others] = asked.filter((one) => one !== 'family')
  if (key === undefined) return match.family === undefined ? undefined : { family: match.family === 4 ? 6 : 4 }
  if (others.length > 0) return undefined
  const isOneFamily = match.family === undefined || context.family !== undefined || families.length === 1
  if (key === 'iif' || key === 'oif' || key === 'protocol' || key === 'destinationType') {
    const choice = match[key] as Choice<string> | undefined
    return choice === undefined || !isOneFamily ? undefined : ({ [key]: complement(choice) } as Match)
  }
  if ((key !== 'source' && key !== 'destination') || !isOneFamily) return undefined
  const addresses = oppositeAddresses(match[key])
  return addresses === undefined ? undefined : { ...part('family', match.family), [key]: addresses }
}

/** Whether they ask for the same in the same words. */
export function isSameMatch(a: Match, b: Match): boolean {
  return keyOf(a) === keyOf(b)
}

/** The same for what is asked in the same words. */
export function keyOf(match: Match): string {
  const entries = Object.entries(match).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(entries, (_, value) => (typeof value === 'bigint' ? String(value) : value))
}

function oppositeAddresses({ among, not }: Addresses = { among: undefined, not: [] }): Addresses | undefined {
  if (among !== undefined && not.length === 0) return { among: undefined, not: [among] }
  return among === undefined && not.length === 1 ? { among: not[0], not: [] } : undefined
}

/** Those that are meant, sets and exclusions worked out. @param all every address of the family */
export function intervalsOf({ among, not }: Addresses, all: Interval): readonly Interval[] {
  return not.reduce((rest, list) => subtractIntervals(rest, list.intervals), among?.intervals ?? [all])
}

/** In both lists; canonical as they are. */
export function commonIntervals(a: readonly Interval[], b: readonly Interval[]): readonly Interval[] {
  return subtractIntervals(a, subtractIntervals(a, b))
}

function part<K extends keyof Match>(key: K, value: Match[K] | undefined): Match {
  return value === undefined || (key === 'beyond' && Array.isArray(value) && value.length === 0) ? {} : { [key]: value }
}

/** Without parts that ask nothing. */
function clean(match: Match): Match {
  return Object.fromEntries(Object.entries(match).filter(([, value]) => value !== undefined)) as Match
}

function joinChoices<T>(a: Choice<T> | undefined, b: Choice<T> | undefined): Choice<T> | undefined {
  return a === undefined || b === undefined ? (a ?? b) : intersect(a, b)
}

function joinIntervals(
  a: readonly Interval[] | undefined,
  b: readonly Interval[] | undefined,
): readonly Interval[] | undefined {
  return a === undefined || b === undefined ? (a ?? b) : commonIntervals(a, b)
}

function joinAddresses(a: Addresses | undefined, b: Addresses | undefined): Addresses | undefined {
  if (a === undefined || b === undefined) return a ?? b
  const not = [...a.not, ...b.not.filter((list) => !a.not.includes(list))]
  if (a.among === undefined || b.among === undefined) return { among: a.among ?? b.among, not }
  const intervals = commonIntervals(a.among.intervals, b.among.intervals)
  const same = [a.among, b.among].find(
    (list) => subtractIntervals(list.intervals, intervals).length === 0 && list.set !== undefined,
  )
  return { among: same ?? { intervals, set: undefined }, not }
}

function isImpossible(match: Match): boolean {
  const choices = [match.iif, match.oif, match.protocol, match.destinationType]
  if (choices.some((choice) => choice !== undefined && isEmptyChoice<unknown>(choice))) return true
  if ([match.sourcePorts, match.destinationPorts, match.icmp, match.states].some((list) => list?.length === 0))
    return true
  return [match.source, match.destination].some(hasNoAddress)
}

function hasNoAddress(addresses: Addresses | undefined): boolean {
  if (addresses?.among === undefined) return false
  const rest = addresses.not.reduce((left, list) => subtractIntervals(left, list.intervals), addresses.among.intervals)
  return rest.length === 0
}

/** An unnamed list of addresses. */
export function listOf(intervals: readonly Interval[]): AddressList {
  return { intervals: mergeIntervals(intervals), set: undefined }
}
