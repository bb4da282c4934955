/** What is said of rules that no packet comes to, against the oracle: packets inside and at the borders of every rule. */

import * as assert from 'uvu/assert'
import type { RuleCause } from '../../src/access/cause.ts'
import { decideList } from '../../src/access/list-decisions.ts'
import { RevisionAccess } from '../../src/access/revision-access.ts'
import { ShadowedRules } from '../../src/access/shadowed-rules.ts'
import type { Diagnostic } from '../../src/diagnostic/diagnostic.ts'
import { printPacket } from '../../src/packet/print-packet.ts'
import { PacketSets } from '../../src/packet-set/packet-sets.ts'
import type { HostView, PolicyList } from '../../src/policy/host-view.ts'
import type { Direction, PolicyRule } from '../../src/policy/rule.ts'
import { evaluateNormal } from '../oracle/evaluate-list.ts'
import type { Dice } from './dice.ts'
import { randomHeader } from './random-header.ts'

export interface ShadowCount {
  readonly shadowed: number
  readonly reached: number
  /** Packets that were asked about. */
  readonly packets: number
}

interface DirectedList {
  readonly list: PolicyList
  readonly direction: Direction
}

const samples = 6

/** @throws when a finding is wrong or one is missing */
export function checkShadows(view: HostView, dice: Dice): ShadowCount {
  const sets = new PacketSets()
  const access = new RevisionAccess(sets)
  const shadows = new ShadowedRules(access)
  shadows.look(view)
  const found = new Map(shadows.diagnostics().map((diagnostic) => [diagnostic.span, diagnostic]))
  const lists = listsOf(view)
  const places = new Map<PolicyRule, DirectedList[]>()
  for (const directed of lists)
    for (const rule of rulesOf(directed)) places.set(rule, [...(places.get(rule) ?? []), directed])
  const count = { shadowed: 0, reached: 0, packets: 0 }
  for (const [rule, standing] of places) {
    if (rule.span.end === rule.span.start) continue
    const diagnostic = found.get(rule.span)
    const set = access.rules.ofRule(rule, view)
    const request = { set, isRewritten: false }
    if (diagnostic === undefined) {
      if (set === sets.none) continue
      const reaching = standing.some((directed) => showPacket({ rule, directed, access, view, dice }))
      if (!reaching) assert.unreachable(`nothing is said of a rule that no packet comes to: ${describe(rule)}`)
      count.reached += 1
    } else {
      count.shadowed += 1
      for (let sample = 0; sample < samples; sample++) {
        const header = randomHeader(dice, sets, request)
        if (header === undefined) continue
        count.packets += 1
        for (const directed of standing) {
          const met = meet(directed, { ...header, iif: undefined, oif: undefined, state: 'new' }, view)
          if (met.includes(rule))
            assert.unreachable(
              `${diagnostic.message}: but ${printPacket({ ...header, iif: 'eth0', oif: undefined, state: 'new' })} does`,
            )
          assert.ok(namesTaker(diagnostic, met), `${diagnostic.message}: the rule that decides is another one`)
        }
      }
    }
  }
  assert.is(count.shadowed, found.size, 'every finding is about a rule of the view')
  return count
}

function listsOf({ endpoints, workloads }: HostView): readonly DirectedList[] {
  const both = [
    ...endpoints.flatMap(({ lists }) => [lists.untracked, lists.preDnat, lists.normal, lists.forward]),
    ...workloads.map(({ lists }) => lists),
  ]
  return both.flatMap(({ ingress, egress }): readonly DirectedList[] => [
    { list: onward(ingress), direction: 'ingress' },
    { list: onward(egress), direction: 'egress' },
  ])
}

/** A tier's default action is no rule: packets go on behind it as if it were Pass. */
function onward(list: PolicyList): PolicyList {
  return { ...list, tiers: list.tiers.map((tier) => ({ ...tier, defaultAction: 'Pass' })) }
}

function rulesOf({ list, direction }: DirectedList): readonly PolicyRule[] {
  return [...list.tiers.flatMap(({ policies }) => policies), ...list.profiles].flatMap((owner) => owner[direction])
}

/** The rules of the list that match the packet and are asked about it, as the oracle walks. */
function meet(
  { list, direction }: DirectedList,
  packet: Parameters<typeof printPacket>[0],
  view: HostView,
): readonly PolicyRule[] {
  const met: PolicyRule[] = []
  const watched = {
    ...view,
    witness: (meeting: { readonly type: string; readonly rule?: PolicyRule }) => {
      if (meeting.rule !== undefined) met.push(meeting.rule)
    },
  }
  evaluateNormal(list, { view: watched, stage: 'normal', direction, packet, owner: '' })
  return met
}

interface Show {
  readonly rule: PolicyRule
  readonly directed: DirectedList
  readonly access: RevisionAccess
  readonly view: HostView
  readonly dice: Dice
}

/** Whether a packet comes to the rule in the list: one that the sets find and the oracle confirms. */
function showPacket({ rule, directed, access, view, dice }: Show): boolean {
  const { list, direction } = directed
  const { sets } = access
  // what would be decided if the rule decided
  const deciding = { ...rule, action: 'Deny' as const }
  const replace = <Owner extends { readonly ingress: readonly PolicyRule[]; readonly egress: readonly PolicyRule[] }>(
    owner: Owner,
  ): Owner => ({
    ...owner,
    [direction]: owner[direction].map((one) => (one === rule ? deciding : one)),
  })
  const asked: PolicyList = {
    tiers: list.tiers.map((tier) => ({ ...tier, policies: tier.policies.map(replace) })),
    profiles: list.profiles.map(replace),
  }
  const { decisions } = decideList(sets, access.rules, {
    list: asked,
    direction,
    names: view,
    sight: 'as-it-is',
    end: 'deny',
  })
  const decision = decisions.find(({ cause }) => cause.type === 'rule' && (cause as RuleCause).rule === deciding)
  if (decision === undefined) return false
  const header = randomHeader(dice, sets, { set: decision.packets, isRewritten: false })
  // a set of packets that cannot be
  if (header === undefined) return true
  return meet(directed, { ...header, iif: undefined, oif: undefined, state: 'new' }, view).includes(rule)
}

/** Whether one of the rules that the packet meets is among those that the finding names. */
function namesTaker({ message, notes }: Diagnostic, met: readonly PolicyRule[]): boolean {
  if (message.includes(' more decide')) return true
  return met.some((rule) => notes.some(({ span }) => span === rule.span))
}

function describe({ action, span }: PolicyRule): string {
  return `${action} at ${span.source.path}:${span.start}: ${span.source.text.slice(span.start, span.end)}`
}
