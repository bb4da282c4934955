/** Flows of an answer with the same fate for the same reasons, told as one. */

import { printAddress } from '../net/address.ts'
import { networksOf, printCidr } from '../net/cidr.ts'
import { type Family, families } from '../net/family.ts'
import { type Interval, mergeIntervals } from '../net/interval.ts'
import type { End, Flow, JudgedLeg } from '../pipeline/answer-question.ts'

export interface FlowGroup {
  readonly verdict: Flow['verdict']
  /** In the order found; the first stands for all. */
  readonly flows: readonly [Flow, ...Flow[]]
}

/**
 * What is denied first, else in the order found. In a group everybody who sends is told with everybody who is reached: of those with one
 * fate, senders are together when they reach the same.
 */
export function groupFlows(flows: readonly Flow[]): readonly FlowGroup[] {
  const fates = groupBy(flows, ({ verdict, legs }) => JSON.stringify([verdict, legs.map(fateOf)]))
  const groups = fates.flatMap((fate) => {
    const reached = new Map<string, string[]>()
    for (const { from, to } of fate) reached.set(keyOf(from), [...(reached.get(keyOf(from)) ?? []), keyOf(to)])
    return acrossFamilies(groupBy(fate, ({ from }) => (reached.get(keyOf(from)) ?? []).join()))
  })
  const all = groups.map((members): FlowGroup => ({ verdict: members[0].verdict, flows: members }))
  return [...all.filter(({ verdict }) => verdict === 'deny'), ...all.filter(({ verdict }) => verdict === 'allow')]
}

/** Between the same members; nobody takes one for a flow between families. */
function acrossFamilies(groups: readonly Flows[]): readonly Flows[] {
  const merged: Flows[] = []
  for (const group of groups) {
    const at = merged.findIndex((other) => namesOf(other) === namesOf(group) && !sharesFamily(other, group))
    const other = merged[at]
    if (other === undefined) merged.push(group)
    else merged[at] = [...other, ...group]
  }
  return merged
}

type Flows = FlowGroup['flows']

function namesOf(flows: Flows): string {
  const names = (side: 'from' | 'to') => [...new Set(flows.map((flow) => flow[side].member.name))]
  return JSON.stringify([names('from'), names('to')])
}

function sharesFamily(a: Flows, b: Flows): boolean {
  return a.some(({ from }) => from.family === b[0].from.family)
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group === undefined) groups.set(key(item), [item])
    else group.push(item)
  }
  return [...groups.values()]
}

function keyOf({ member, addresses: { from, to }, family }: End): string {
  return `${member.name} ${family} ${from}-${to}`
}

/** Ends of lists differ in whose they are, which is no other reason. */
function fateOf({ way, explanation: { trace, originOf } }: JudgedLeg): readonly string[] {
  const { decidedBy } = trace
  const origin = decidedBy === undefined ? undefined : originOf(decidedBy)
  const text = origin?.text ?? decidedBy?.chain ?? 'nothing'
  return [way, trace.verdict, / (default|invalid)$/.test(text) ? text.replace(/\/\S+/, '') : text]
}

export interface ToldEnd {
  readonly name: string
  /** Addresses and networks, in order. */
  readonly addresses: readonly string[]
}

/** Each member once, with those of its addresses that are in the group. */
export function endsOf({ flows }: FlowGroup, side: 'from' | 'to'): readonly ToldEnd[] {
  const ends = new Map<string, Record<Family, Interval[]>>()
  for (const flow of flows) {
    const { member, addresses, family } = flow[side]
    const known = ends.get(member.name) ?? { 4: [], 6: [] }
    ends.set(member.name, known)
    known[family].push(addresses)
  }
  return [...ends].map(([name, pieces]) => ({
    name,
    addresses: families.flatMap((family) => textsOf(pieces[family], family)),
  }))
}

function textsOf(pieces: readonly Interval[], family: Family): readonly string[] {
  return mergeIntervals(pieces).flatMap((interval) =>
    interval.from === interval.to
      ? [printAddress({ family, value: interval.from })]
      : networksOf(interval, family).map(printCidr),
  )
}
