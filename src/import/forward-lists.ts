/**
 * The rules for forwarded packets -> what is asked where they come in, and what is asked where they leave. A policy knows one of the
 * two interfaces, so a rule that names both is split: with routes, by where its destinations are; without, into two halves.
 */

import { type Family, families } from '../net/family.ts'
import { allowedBoxes, asList, type Box, boxesWithout, commonBox, matchOf, mostBoxes } from './box.ts'
import type { Loss } from './filter.ts'
import type { FlatRule } from './flatten.ts'
import { both, type Match } from './match.ts'
import { chosen, others, type PlacedRule, withoutInterfaces } from './placed-rule.ts'

export interface ForwardLists {
  readonly ingress: readonly PlacedRule[]
  readonly egress: readonly PlacedRule[]
  readonly losses: readonly Loss[]
}

/** Packets to these leave by the interface. */
export type Behind = (name: string) => readonly Match[]

export interface ForwardInput {
  readonly rules: readonly FlatRule[]
  /** As interfacesOf() gives them. */
  readonly interfaces: readonly string[]
  /** Undefined when the routes are not known. */
  readonly behind: Behind | undefined
}

export function forwardLists(input: ForwardInput): ForwardLists {
  const { rules, interfaces, behind } = input
  if (rules.every(({ match }) => match.oif === undefined))
    return { ingress: place('iif', input), egress: [], losses: [] }
  if (rules.every(({ match }) => match.iif === undefined))
    return { ingress: [], egress: place('oif', input), losses: [] }
  if (behind === undefined) return inHalves(input)
  const sent = rules.flatMap((rule) => {
    const { oif } = rule.match
    if (oif === undefined || chosen(oif, interfaces).length === interfaces.length) return [rule]
    return chosen(oif, interfaces).flatMap((name) =>
      behind(name).flatMap((there) => {
        const match = both(rule.match, there)
        return match === undefined ? [] : [{ ...rule, match }]
      }),
    )
  })
  return { ingress: place('iif', { ...input, rules: sent }), egress: [], losses: [] }
}

function place(
  side: 'iif' | 'oif',
  { rules, interfaces }: Pick<ForwardInput, 'rules' | 'interfaces'>,
): readonly PlacedRule[] {
  return rules.map((rule) => ({
    rule: { ...rule, match: withoutInterfaces(rule.match) },
    at: chosen(rule.match[side], interfaces),
  }))
}

/** What may come in for any way out, and what may leave for any way in; then what that lets through too much is denied where it comes in. */
function inHalves(input: ForwardInput): ForwardLists {
  const { rules, interfaces } = input
  const half = (side: 'iif' | 'oif', other: 'iif' | 'oif'): readonly PlacedRule[] =>
    place(side, {
      interfaces,
      rules: rules.filter(
        ({ action, match }) =>
          action === 'Allow' ||
          chosen(match[other], interfaces).length === interfaces.length ||
          (action === 'Log' && side === 'iif'),
      ),
    })
  const ingress = half('iif', 'oif')
  const egress = half('oif', 'iif')
  const denied: PlacedRule[] = []
  const losses: Loss[] = []
  for (const iif of interfaces) {
    for (const oif of interfaces) {
      const excess = families.map((family) => ({
        family,
        boxes: excessOf({ input, ingress, egress, iif, oif }, family),
      }))
      if (excess.every(({ boxes }) => boxes?.length === 0)) continue
      losses.push(lossOf(iif, oif))
      if (isBack(iif, oif)) continue
      for (const { family, boxes } of excess) {
        const matches = boxes?.map((box) => matchOf(box, family)) ?? [{ family }]
        denied.push(...matches.map((match) => deny(match, iif)))
      }
    }
  }
  return { ingress: [...denied, ...ingress], egress, losses }
}

function deny(match: Match, iif: string): PlacedRule {
  return { rule: { action: 'Deny', match, comment: undefined, span: undefined }, at: [iif] }
}

function lossOf(iif: string, oif: string): Loss {
  const name = (one: string): string => (one === others ? 'another interface' : one)
  const way = `forwarded packets from ${name(iif)} to ${name(oif)}`
  const advice = 'give the routes of the host with --facts to tell them apart'
  const back = `${way} again are let through like those to the other interfaces: ${advice}`
  const split = `${way} can not be told from others that come in there; what the original denies among them is denied for every way out: ${advice}`
  return isBack(iif, oif)
    ? { effect: 'allows more', reason: back, span: undefined }
    : { effect: 'denies more', reason: split, span: undefined }
}

/** Out by the way it came, which hardly any packet does. */
function isBack(iif: string, oif: string): boolean {
  return iif === oif && iif !== others
}

interface Pair {
  readonly input: ForwardInput
  readonly ingress: readonly PlacedRule[]
  readonly egress: readonly PlacedRule[]
  readonly iif: string
  readonly oif: string
}

/** What both halves let through and the original does not; undefined when that is too much to work out. */
function excessOf({ input, ingress, egress, iif, oif }: Pair, family: Family): readonly Box[] | undefined {
  const { rules, interfaces } = input
  const at = (list: readonly PlacedRule[], name: string) =>
    list.filter((one) => one.at.includes(name)).map(({ rule }) => rule)
  const own = rules.filter(
    ({ match }) => chosen(match.iif, interfaces).includes(iif) && chosen(match.oif, interfaces).includes(oif),
  )
  const [original, inwards, outwards] = [own, at(ingress, iif), at(egress, oif)].map((list) =>
    allowedBoxes(list, family, {}),
  )
  if (original === undefined || inwards === undefined || outwards === undefined) return undefined
  if (inwards.length * outwards.length > mostBoxes) return undefined
  const passed = inwards.flatMap((box) => outwards.flatMap((other) => asList(commonBox(box, other))))
  const excess = boxesWithout(passed, original)
  return excess.length > mostBoxes ? undefined : excess
}
