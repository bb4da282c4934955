/** Warns of rules that exclude all that they ask for. */

import { type Diagnostic, diagnose } from '../diagnostic/diagnostic.ts'
import { intervalsOf } from '../net/cidr.ts'
import { type Family, families } from '../net/family.ts'
import { type Interval, subtractIntervals } from '../net/interval.ts'
import type { EntityRule, PolicyRule } from '../policy/rule.ts'
import { printSelector } from '../selector/print-selector.ts'
import { rulesIn } from './placed-rules.ts'
import type { Survey } from './survey.ts'

/** One warning a rule. What stands for nobody in the first place is said by others. */
export function findContradictoryRules(survey: Survey): readonly Diagnostic[] {
  return rulesIn(survey.policySet).flatMap(({ rule }) => {
    const why = whyNoProtocol(rule) ?? whyNoPeer(rule, 'source', survey) ?? whyNoPeer(rule, 'destination', survey)
    if (why === undefined) return []
    const message = `the rule matches no packet: ${why}; correct one of them, or remove the rule`
    return [diagnose('contradictory-rule', { message, span: rule.span })]
  })
}

function whyNoProtocol({ protocol, notProtocol, icmp, notIcmp }: PolicyRule): string | undefined {
  if (protocol !== undefined && protocol === notProtocol) return 'protocol and notProtocol are the same'
  if (icmp === undefined || notIcmp === undefined || icmp.type !== notIcmp.type) return undefined
  return notIcmp.code === undefined || notIcmp.code === icmp.code ? 'notICMP excludes what icmp asks for' : undefined
}

type Side = 'source' | 'destination'

function whyNoPeer(rule: PolicyRule, side: Side, survey: Survey): string | undefined {
  const entity = rule[side]
  if (excludesItself(entity)) return `selector and notSelector of its ${side} are the same`
  if (excludesPorts(entity)) return `notPorts of its ${side} excludes all its ports`
  return excludesAddresses(rule, entity, survey) ? `no address fits all that its ${side} says` : undefined
}

function excludesItself({ selector, notSelector }: EntityRule): boolean {
  if (selector === undefined || notSelector === undefined) return false
  const parts = selector.type === 'and' ? [selector, ...selector.operands] : [selector]
  return parts.some((part) => printSelector(part) === printSelector(notSelector))
}

function excludesPorts({ ports, namedPorts, notPorts }: EntityRule): boolean {
  if (ports === undefined || namedPorts !== undefined || notPorts === undefined) return false
  const toIntervals = (ranges: typeof ports) =>
    [...ranges].sort((a, b) => a.from - b.from).map(({ from, to }) => ({ from: BigInt(from), to: BigInt(to) }))
  return subtractIntervals(toIntervals(ports), toIntervals(notPorts)).length === 0
}

/** Whether networks and selectors leave no address of a family that the rule is for, although each alone has some there. */
function excludesAddresses({ ipVersion }: PolicyRule, entity: EntityRule, survey: Survey): boolean {
  const { nets, notNets, selector, notSelector } = entity
  if ([nets, notNets, selector, notSelector].filter((part) => part !== undefined).length < 2) return false
  const asked = families.filter((family) => ipVersion === undefined || ipVersion === family)
  const isAbsent = selector !== undefined && asked.every((family) => survey.addressesOf(selector)[family].length === 0)
  return !isAbsent && asked.every((family) => addressesLeft(entity, family, survey).length === 0)
}

/** A list of networks without any of the family takes the rule away there (behaviour.md RM-21). */
function addressesLeft(entity: EntityRule, family: Family, survey: Survey): readonly Interval[] {
  const { nets, notNets, selector, notSelector } = entity
  const isOmitted = [nets, notNets].some((list) => list?.every((network) => network.family !== family) ?? false)
  if (isOmitted) return []
  const everything = [{ from: 0n, to: (1n << (family === 4 ? 32n : 128n)) - 1n }]
  const inNets = nets === undefined ? everything : intervalsOf(nets, family)
  const outside = selector === undefined ? [] : subtractIntervals(everything, survey.addressesOf(selector)[family])
  const excluded = notSelector === undefined ? [] : survey.addressesOf(notSelector)[family]
  return [outside, intervalsOf(notNets ?? [], family), excluded].reduce(subtractIntervals, inNets)
}
