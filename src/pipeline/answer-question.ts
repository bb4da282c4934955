/** Who may reach whom, end to end: each end's host judges the packets of all members, and those with one fate are told together. */

import { printAddress } from '../net/address.ts'
import type { Family } from '../net/family.ts'
import type { Interval } from '../net/interval.ts'
import type { Packet } from '../packet/packet.ts'
import { readPacket } from '../packet/read-packet.ts'
import type { Question } from '../packet/read-question.ts'
import type { PolicySet } from '../policy/policy-set.ts'
import { piecesOf } from '../resolve/address-pieces.ts'
import { findParty, type PartyMember } from '../resolve/find-party.ts'
import type { Explanation, HostExplainer } from './host-explainer.ts'
import { type Leg, legsOf } from './question-legs.ts'

export interface QuestionInput {
  readonly policySet: PolicySet
  readonly question: Question
  /** The only host that is asked; undefined: those of both ends. */
  readonly host: string | undefined
  readonly explainerOf: (node: string) => HostExplainer
}

export interface Flow {
  readonly from: End
  readonly to: End
  readonly verdict: 'allow' | 'deny'
  /** In the packet's order; on each host that judges. */
  readonly legs: readonly JudgedLeg[]
}

export interface End {
  readonly member: PartyMember
  /** Of one fate, as far as these hosts can tell. */
  readonly addresses: Interval
  readonly family: Family
}

export interface JudgedLeg extends Leg {
  readonly packet: Packet
  readonly explanation: Explanation
}

export interface Answer {
  readonly flows: readonly Flow[]
  /** What was left out, and why; one line each. */
  readonly notes: readonly string[]
}

/** More would take long and be read by nobody. */
const mostFlows = 20_000

/** A string says why there is no answer. */
export function answerQuestion(input: QuestionInput): Answer | string {
  const { policySet, question } = input
  const from = findParty(policySet, question.from)
  if (typeof from === 'string') return `from=: ${from}`
  const to = findParty(policySet, question.to)
  if (typeof to === 'string') return `to=: ${to}`
  const flows: Flow[] = []
  const notes = new Set<string>()
  for (const one of [...from, ...to])
    if (one.networks.length === 0) notes.add(`${one.name} has no address: nobody can tell what it may do`)
  for (const source of from) {
    for (const destination of to) {
      if (source.endpoint !== undefined && source.endpoint === destination.endpoint) continue
      const ways = legsOf({ source, destination, question, host: input.host, explainerOf: input.explainerOf })
      if (typeof ways === 'string') notes.add(ways)
      else
        for (const legs of ways) {
          const pairs = pairsOf(input, { source, destination, legs })
          if (flows.length + pairs.length > mostFlows)
            return `these are more than ${mostFlows} kinds of packets: ask about fewer`
          for (const pair of pairs) flows.push(...flowOf(input, pair, legs))
        }
    }
  }
  const told = firstOf([...notes])
  if (flows.length > 0) return { flows, notes: told }
  return told.join('\n') || 'no packet goes from there to there: the ends have no addresses of one family'
}

/** Nobody reads one for each pair of two large groups. */
const mostNotes = 10

function firstOf(notes: readonly string[]): readonly string[] {
  const left = notes.length - mostNotes
  return left > 1 ? [...notes.slice(0, mostNotes), `${left} more of that kind`] : notes
}

interface Pair {
  readonly source: PartyMember
  readonly destination: PartyMember
  readonly legs: readonly Leg[]
}

/** An array of a length and no more where there are too many to be made. */
function pairsOf({ question, explainerOf }: QuestionInput, { source, destination, legs }: Pair): readonly Ends[] {
  const cuts = legs.map(({ node }) => explainerOf(node).cuts)
  return question.families.flatMap((family): readonly Ends[] => {
    const [from, to] = [piecesOf(source.networks, family, cuts), piecesOf(destination.networks, family, cuts)]
    if (from.length * to.length > mostFlows) return new Array<Ends>(mostFlows + 1)
    const end = (member: PartyMember, addresses: Interval): End => ({ member, addresses, family })
    return from.flatMap((one) => to.map((other) => ({ from: end(source, one), to: end(destination, other) })))
  })
}

type Ends = Pick<Flow, 'from' | 'to'>

/** None where such packets do not exist in the family: ICMP's numbers are IPv4's. */
function flowOf({ question, explainerOf }: QuestionInput, ends: Ends, legs: readonly Leg[]): readonly Flow[] {
  const judged = legs.flatMap((leg) => judge(explainerOf(leg.node), { leg, ends, question }) ?? [])
  if (judged.length < legs.length) return []
  const isDenied = judged.some(({ explanation }) => explanation.trace.verdict === 'deny')
  return [{ ...ends, verdict: isDenied ? 'deny' : 'allow', legs: judged }]
}

function judge(
  explainer: HostExplainer,
  { leg, ends, question }: { readonly leg: Leg; readonly ends: Ends; readonly question: Question },
): JudgedLeg | undefined {
  const { iif, oif } = leg
  const first = ({ addresses, family }: End): string => printAddress({ family, value: addresses.from })
  const { packet } = readPacket([
    ...(iif === undefined ? [] : [`iif=${iif}`]),
    ...(oif === undefined ? [] : [`oif=${oif}`]),
    `src=${first(ends.from)}`,
    `dst=${first(ends.to)}`,
    ...question.transport,
  ])
  return packet && { ...leg, packet, explanation: explainer.explain(packet) }
}
